import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectDatabase } from '@mood/db';
import type { Database } from '@mood/db';
import { createTestDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { eventually } from '@mood/testing/eventually';
import { Registry } from 'prom-client';
import { silent } from '../jobs/jobs.fake.ts';
import { createBacklogMetrics } from './backlog-metrics.ts';

let created: TestDatabase;
let database: Database;

beforeAll(async () => {
  created = await createTestDatabase();
  const settings = { poolMax: 2, connectTimeoutMs: 20_000, statementTimeoutMs: 20_000, applicationName: 'test', logger: silent };
  database = connectDatabase({ databaseUrl: created.serviceUrl, ...settings });
});
beforeEach(() => created.query('DELETE FROM outbox'));
afterAll(async () => {
  await database.close();
  await created.drop();
});

interface Promised {
  kind: string;
  /** Seconds from now. */
  due: number;
  hasFailed?: boolean;
}

const promise = ({ kind, due, hasFailed = false }: Promised) =>
  created.query(
    `INSERT INTO outbox (kind, model_id, payload, due_at, failed_at)
      VALUES ($1, $2, '{}', now() + make_interval(secs => $3), CASE WHEN $4 THEN now() END)`,
    [kind, randomUUID(), due, hasFailed],
  );

/** What a scrape says of the outbox. */
async function outboxIn(registry: Registry) {
  const valueOf = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value;
  return {
    pending: await valueOf('mood_outbox_pending'),
    oldest: await valueOf('mood_outbox_oldest_seconds'),
    failed: await valueOf('mood_outbox_failed'),
  };
}

function unasked(): never {
  throw new Error('nothing here asks the queues');
}
const queues = { createQueue: unasked, shardsOf: unasked, findOldShards: unasked };

/** Looked up anew: a registry of its own keeps no numbers of before. */
function scrape(of: Pick<Database, 'query'> = database) {
  const registry = new Registry();
  createBacklogMetrics(registry, of, queues);
  return outboxIn(registry);
}

/** On a machine that is busy the lookup may take longer than a scrape waits for it. */
const known = () =>
  eventually(
    () => scrape(),
    ({ pending }) => !Number.isNaN(pending),
  );

test('an outbox without promises has no backlog, and nothing in it is old', async () => {
  expect(await known()).toEqual({ pending: 0, oldest: 0, failed: 0 });
});

test('the end of a mood is backlog once it is due; what failed for good waits for an operator and is not', async () => {
  await promise({ kind: 'mood-expiry', due: 300 });
  expect(await known()).toEqual({ pending: 0, oldest: 0, failed: 0 });
  await promise({ kind: 'mood-changed', due: 300 });
  await promise({ kind: 'mood-expiry', due: -5 });
  await promise({ kind: 'notification', due: -3_600, hasFailed: true });
  expect(await known()).toMatchObject({ pending: 2, failed: 1 });
});

test('the age of the oldest promise is in seconds, and not that of one that failed for good', async () => {
  await promise({ kind: 'mood-changed', due: -100 });
  await promise({ kind: 'mood-changed', due: -20 });
  await promise({ kind: 'notification', due: -3_600, hasFailed: true });
  const { oldest = NaN } = await known();
  expect(oldest).toBeGreaterThanOrEqual(100);
  expect(oldest).toBeLessThan(1_000);
});

test('what is not known is no number', async () => {
  expect(await scrape({ query: () => Promise.reject(new Error('away')) })).toEqual({ pending: NaN, oldest: NaN, failed: NaN });
});

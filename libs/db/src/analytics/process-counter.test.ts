import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { until } from '@mood/testing/eventually';
import { startOwnPostgres } from '@mood/testing/own-postgres';
import type { OwnPostgres } from '@mood/testing/own-postgres';
import { connectForTest, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import type { Database } from '../database.ts';
import { createProcessCounter } from './process-counter.ts';
import type { ProcessCounterOptions } from './process-counter.ts';

const logger = createLogger({ name: 'process-counter-test', level: 'silent' });
const clock = () => new Date('2026-01-02T12:14:59.999Z');
const counterOf = (database: Database, more: Partial<ProcessCounterOptions> = {}) =>
  createProcessCounter(database, { logger, flushMs: 3_600_000, clock, ...more });

const stored = `SELECT metric, group_key, model_id, bucket_start, n::int AS n FROM analytics_counts
  ORDER BY metric, bucket_start, group_key, model_id NULLS FIRST`;

describe('process counts', () => {
  let opened: DatabaseUnderTest;
  beforeEach(async () => {
    opened = await openDatabaseUnderTest();
  });
  afterEach(() => opened.close());
  const rows = async () => (await opened.sql.query(stored)).rows;
  const total = async () => (await opened.sql.query('SELECT coalesce(sum(n), 0)::int AS n FROM analytics_counts')).rows[0]?.n;

  test('are the sums of what all processes counted, by quarter hour, group and model, with nothing lost when they stop', async () => {
    const [first, second] = [randomUUID(), randomUUID()].toSorted();
    let now = new Date('2026-01-02T12:14:59.999Z');
    const counters = [opened.connectAnother(), opened.connectAnother()].map((database) => counterOf(database, { clock: () => now }));
    for (const counter of counters) {
      counter.count('limit_hits', 'changes', first ?? null);
      counter.count('limit_hits', 'changes', second ?? null);
      counter.count('limit_hits', 'changes', null);
    }
    now = new Date('2026-01-02T12:15:00.000Z');
    for (const counter of counters.toReversed()) {
      counter.count('auth_failures', 'expired', null);
      counter.count('limit_hits', 'changes', first ?? null);
      counter.count('limit_hits', 'changes', first ?? null);
    }
    await Promise.all(counters.map((counter) => counter.stop()));
    const [early, late] = [new Date('2026-01-02T12:00:00.000Z'), now];
    const hits = { metric: 'limit_hits', group_key: 'changes' };
    expect(await rows()).toEqual([
      { metric: 'auth_failures', group_key: 'expired', model_id: null, bucket_start: late, n: 2 },
      { ...hits, model_id: null, bucket_start: early, n: 2 },
      { ...hits, model_id: first, bucket_start: early, n: 2 },
      { ...hits, model_id: second, bucket_start: early, n: 2 },
      { ...hits, model_id: first, bucket_start: late, n: 4 },
    ]);
  });

  test('that were stored, while the answer was lost, are not stored again, and what came meanwhile is', async () => {
    let lost = 3;
    const query: Database['query'] = async (statement, values) => {
      const answer = await opened.database.query<never>(statement, values);
      if (lost-- > 0) throw new DependencyUnavailable('database');
      return answer;
    };
    const counter = counterOf({ ...opened.database, query });
    for (let nth = 0; nth < 3; nth += 1) {
      counter.count('forbidden', 'POST /a', null);
      await expect(counter.stop()).rejects.toThrow();
      expect(await total()).toBe(1);
    }
    await counter.stop();
    expect(await total()).toBe(3);
  });

  test('that were not stored are kept, and stored later', async () => {
    let outages = 2;
    const query: Database['query'] = async (statement, values) => {
      if (outages-- > 0) throw new DependencyUnavailable('database');
      return opened.database.query(statement, values);
    };
    const counter = counterOf({ ...opened.database, query });
    for (let nth = 0; nth < 2; nth += 1) {
      counter.count('forbidden', 'POST /a', null);
      await expect(counter.stop()).rejects.toThrow();
    }
    await counter.stop();
    await counter.stop();
    expect(await total()).toBe(2);
  });

  test('of two processes that store the same groups again and again never block each other for good', async () => {
    const models = Array.from({ length: 100 }, () => randomUUID());
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        [models, models.toReversed()].map((inOrder) => {
          const counter = counterOf(opened.database);
          for (const model of inOrder) counter.count('content_refusals', 'url', model);
          return counter.stop();
        }),
      );
    }
    expect(await total()).toBe(1_000);
  });

  test('take bounded memory: beyond it models are not told apart, and everything is still counted', async () => {
    const counter = counterOf(opened.database, { maxCounts: 2 });
    const models = Array.from({ length: 5 }, () => randomUUID());
    for (const model of [...models, ...models]) counter.count('limit_hits', 'requests', model);
    await counter.stop();
    expect((await rows()).map(({ model_id, n }) => [models.indexOf(model_id), n])).toEqual(
      expect.arrayContaining([
        [-1, 6],
        [0, 2],
        [1, 2],
      ]),
    );
    expect(await total()).toBe(10);
  });

  test('become events of messages that were rendered, and of limits that were reached, once', async () => {
    const [model, another] = [randomUUID(), randomUUID()];
    const message = { templateId: randomUUID(), templateVersion: 2, templateType: 'greeting', moodState: 'positive' } as const;
    let isLost = true;
    const query: Database['query'] = async (statement, values) => {
      const answer = await opened.database.query<never>(statement, values);
      if (isLost) throw new DependencyUnavailable('database');
      return answer;
    };
    const counters = [
      counterOf({ ...opened.database, query }),
      counterOf(opened.connectAnother()),
      counterOf(opened.database, { tellsRendered: false }),
    ];
    for (const counter of counters) {
      counter.count('limit_hits', 'changes', model);
      counter.count('limit_hits', 'changes', model);
      counter.count('limit_hits', 'requests', another);
      counter.count('limit_hits', 'changes', null);
      for (let nth = 0; nth < 101; nth += 1) counter.rendered({ modelId: another, ...message, templateVersion: nth });
      counter.rendered({ modelId: another, ...message, templateVersion: 0 });
    }
    await expect(counters[0]?.stop()).rejects.toThrow();
    isLost = false;
    for (const counter of counters) await counter.stop();
    const { rows } = await opened.sql.query<{ kind: string; model_id: string; payload: any }>('SELECT kind, model_id, payload FROM outbox');
    const limits = rows.filter(({ kind }) => kind === 'mood-limit-reached');
    expect(limits).toEqual([{ kind: 'mood-limit-reached', model_id: model, payload: { timestamp: expect.any(String) } }]);
    expect(new Date(limits[0]?.payload.timestamp)).toEqual(clock());
    const batches = rows.filter(({ kind }) => kind === 'message-rendered').map(({ payload }) => payload.messages);
    expect(batches.map((batch) => batch.length).toSorted((a, b) => a - b)).toEqual([1, 1, 100, 100]);
    expect(batches.find((batch) => batch.length === 100)?.[0]).toEqual({
      modelId: another,
      ...message,
      templateVersion: 0,
      count: 2,
      timestamp: clock().toISOString(),
    });
  });

  test('cost no statement while nothing is counted', async () => {
    let statements = 0;
    const query: Database['query'] = async () => {
      statements += 1;
      return [];
    };
    const counter = counterOf({ ...opened.database, query });
    await counter.stop();
    expect(statements).toBe(0);
  });
});

describe('a database that is killed', () => {
  let postgres: OwnPostgres;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
  });
  afterAll(() => postgres.remove());

  test('again and again while it stores counts has each of them once in the end', async () => {
    const database = connectForTest(postgres.database.url);
    const counter = counterOf(database, { flushMs: 1 });
    await counter.start();
    let counted = 0;
    const counting = setInterval(() => {
      counter.count('auth_failures', 'missing', null);
      counted += 1;
    }, 1);
    for (let round = 0; round < 2; round += 1) {
      const enough = counted + 50;
      await until(() => counted >= enough);
      await postgres.server.stop('immediate');
      await postgres.server.start();
    }
    clearInterval(counting);
    await counter.stop();
    const [sum] = await postgres.database.query('SELECT sum(n)::int AS n FROM analytics_counts');
    await database.close();
    expect(counted).toBeGreaterThanOrEqual(100);
    expect(sum).toEqual({ n: counted });
  });
});

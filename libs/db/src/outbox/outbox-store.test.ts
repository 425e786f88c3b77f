import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutboxStore } from '@mood/domain';
import { openDatabaseUnderTest } from '../database-under-test.ts';
import type { DatabaseUnderTest } from '../database-under-test.ts';
import { createOutboxStore, eventsPerJob } from './outbox-store.ts';

let opened: DatabaseUnderTest;
let outbox: OutboxStore;
const modelId = randomUUID();

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  outbox = createOutboxStore(opened.database, 15);
});
beforeEach(async () => {
  await opened.sql.query(`DELETE FROM outbox`);
});
afterAll(() => opened.close());

const moodChange = { version: 3, previousState: 'neutral', newState: 'positive', changedBy: 'model', timestamp: '2026-01-02T03:04:05Z' };
const replySent = {
  autoReplyId: randomUUID(),
  conversationId: 'c-1',
  moodState: 'positive',
  tierLevel: null,
  templateId: randomUUID(),
  templateVersion: 4,
  experiment: 'warmth',
  timestamp: '2026-01-02T03:04:06Z',
};

/** Promises of these kinds, in this order. @returns their ids. */
async function promise(kinds: readonly string[]): Promise<string[]> {
  const { rows } = await opened.sql.query<{ id: string }>(
    `INSERT INTO outbox (kind, model_id, payload)
    SELECT kind, $1, CASE kind WHEN 'mood-changed' THEN $3::jsonb WHEN 'auto-reply-sent' THEN $4::jsonb ELSE '{}' END
    FROM unnest($2::text[]) WITH ORDINALITY AS k(kind, nth) ORDER BY nth RETURNING id`,
    [modelId, kinds, moodChange, replySent],
  );
  return rows.map(({ id }) => id);
}

describe('promises that are not confirmed in time', () => {
  const due = () => opened.sql.query(`UPDATE outbox SET check_after = now() - interval '1 second'`);
  async function secondsToNextCheck(): Promise<number> {
    const { rows } = await opened.sql.query(`SELECT extract(epoch FROM check_after - now())::float AS seconds FROM outbox`);
    return rows[0].seconds;
  }

  test('are looked at again soon when the queue cannot be asked, and later every time while their job goes on', async () => {
    const [id = ''] = await promise(['notification']);
    await outbox.claim(10);
    for (let look = 0; look < 3; look += 1) {
      await due();
      expect((await outbox.claimOverdue(10)).map((overdue) => overdue.id)).toEqual([id]);
      expect(await outbox.claimOverdue(10)).toEqual([]);
      expect(Math.round(await secondsToNextCheck())).toBe(15);
    }
    const waits: number[] = [];
    for (let look = 0; look < 8; look += 1) {
      await outbox.putOff([id]);
      waits.push(Math.round(await secondsToNextCheck()));
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 480, 600, 600]);
  });
});

describe('events of both kinds', () => {
  test('share the jobs of a claim, in their order, with no more in each than analytics takes', async () => {
    const ids = await promise(Array.from({ length: 250 }, (_, n) => (n % 3 === 0 ? 'auto-reply-sent' : 'mood-changed')));
    const claimed = await outbox.claim(1_000);
    const jobs = Map.groupBy(claimed, ({ jobId }) => jobId);
    expect([...jobs.values()].map((events) => events.length).sort((a, b) => b - a)).toEqual([eventsPerJob, eventsPerJob, 50]);
    expect(new Set(ids)).toEqual(new Set(claimed.map(({ id }) => id)));
    for (const events of jobs.values()) expect(new Set(events.map(({ kind }) => kind)).size).toBe(2);
    const { rows } = await opened.sql.query(`SELECT DISTINCT queue FROM outbox`);
    expect(rows).toEqual([{ queue: 'analytics' }]);
  });

  test('do not share a job with those of another claim, nor with promises of other kinds', async () => {
    await promise(['mood-changed', 'auto-reply-sent', 'notification', 'auto-reply']);
    const first = await outbox.claim(10);
    await promise(['mood-changed', 'auto-reply-sent']);
    const second = await outbox.claim(10);
    const jobsOf = (claimed: typeof first) => new Set(claimed.map(({ jobId }) => jobId));
    expect(jobsOf(first).size).toBe(3);
    expect(jobsOf(second).size).toBe(1);
    expect(second.some(({ jobId }) => jobsOf(first).has(jobId))).toBe(false);
  });

  test('are told with what analytics needs, and nothing else is', async () => {
    const [changed = '', sent = '', notification = ''] = await promise(['mood-changed', 'auto-reply-sent', 'notification']);
    expect(await outbox.findEvents([changed, sent, notification, randomUUID()])).toEqual([
      { id: changed, modelId, kind: 'mood-changed', ...moodChange, timestamp: '2026-01-02T03:04:05.000Z' },
      { id: sent, modelId, kind: 'auto-reply-sent', ...replySent, timestamp: '2026-01-02T03:04:06.000Z' },
    ]);
    await outbox.confirm([changed]);
    expect((await outbox.findEvents([changed, sent])).map(({ id }) => id)).toEqual([sent]);
  });
});

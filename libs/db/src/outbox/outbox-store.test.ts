import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MoodStore, OutboxStore } from '@mood/domain';
import { createAuditVault } from '../audit/vault.ts';
import { createMasterKey, openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createMoodStore } from '../moods/mood-store.ts';
import { createPerformerRegistry } from '../moods/performer-registry.ts';
import { createOutboxStore, eventsPerJob } from './outbox-store.ts';
import { kindsOfPromises } from './promise-kinds.fixture.ts';

let opened: DatabaseUnderTest;
let outbox: OutboxStore;
const modelId = randomUUID();

beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  outbox = createOutboxStore(opened.database, 15, kindsOfPromises);
});
beforeEach(async () => {
  await opened.sql.query(`DELETE FROM outbox`);
});
afterAll(() => opened.close());

const moodChange = {
  version: 3,
  previousState: 'neutral',
  newState: 'positive',
  changedBy: 'model',
  timestamp: '2026-01-02T03:04:05Z',
  recordedAt: '2026-01-02T03:04:09Z',
};
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
  /** Seconds to the next check that `look` has set are these. How long it took on a busy machine does not count. */
  async function expectNextCheck(seconds: number, look: () => Promise<unknown>): Promise<void> {
    const { rows: before } = await opened.sql.query<{ at: Date }>('SELECT now() AS at');
    await look();
    const { rows } = await opened.sql.query<{ atLeast: number; atMost: number }>(
      `SELECT extract(epoch FROM check_after - now())::float AS "atLeast", extract(epoch FROM check_after - $1)::float AS "atMost" FROM outbox`,
      [before[0]?.at],
    );
    expect(rows[0]?.atLeast).toBeLessThanOrEqual(seconds);
    expect(rows[0]?.atMost).toBeGreaterThanOrEqual(seconds - 0.001);
  }

  test('are looked at again soon when the queue cannot be asked, and later every time while their job goes on', async () => {
    const [id = ''] = await promise(['notification']);
    await outbox.claim(10);
    for (let look = 0; look < 3; look += 1) {
      await due();
      await expectNextCheck(15, async () => expect((await outbox.claimOverdue(10)).map((overdue) => overdue.id)).toEqual([id]));
      expect(await outbox.claimOverdue(10)).toEqual([]);
    }
    for (const seconds of [15, 30, 60, 120, 240, 480, 600, 600]) await expectNextCheck(seconds, () => outbox.putOff([id]));
  });
});

describe('promises that have to wait', () => {
  const ahead = async (seconds: number) => {
    const [id = ''] = await promise(['auto-reply']);
    await opened.sql.query(`UPDATE outbox SET due_at = now() + make_interval(secs => $2) WHERE id = $1`, [id, seconds]);
    await outbox.claim(10);
    return id;
  };
  /** Seconds from the due time to the next check. */
  const checkOf = async (id: string) =>
    (await opened.sql.query(`SELECT round(extract(epoch FROM check_after - due_at))::int AS seconds FROM outbox WHERE id = $1`, [id]))
      .rows[0].seconds;

  test('are looked at once before they are due, when that is some time away, and then not before they are overdue', async () => {
    const id = await ahead(300);
    expect(await checkOf(id)).toBe(-15);
    await outbox.putOff([id]);
    expect(await checkOf(id)).toBe(15);
  });

  test('are not looked at before they are due when that is soon', async () => {
    expect(await checkOf(await ahead(20))).toBe(15);
  });
});

describe('a claim', () => {
  const dueIn = async (kind: string, seconds: number) => {
    const [id = ''] = await promise([kind]);
    await opened.sql.query(`UPDATE outbox SET due_at = now() + make_interval(secs => $2) WHERE id = $1`, [id, seconds]);
    return id;
  };
  const idsOf = (claimed: Awaited<ReturnType<OutboxStore['claim']>>) => claimed.map(({ id }) => id);

  test('takes the earliest of each kind, however many there are of another', async () => {
    const replies: string[] = [];
    for (const seconds of [40, 10, 30, 20]) replies.push(await dueIn('auto-reply', seconds));
    const notifications = await promise(['notification', 'notification']);
    expect(new Set(idsOf(await outbox.claim(2)))).toEqual(new Set([replies[1], replies[3], ...notifications]));
    expect(new Set(idsOf(await outbox.claim(2)))).toEqual(new Set([replies[0], replies[2]]));
  });

  test('gives a queue as much as it has room for, and the others what there is', async () => {
    const rooms = new Map([
      ['auto-reply', { promises: 0, ahead: true }],
      ['analytics', { promises: 1, ahead: true }],
    ]);
    const [reply, event, later, notification] = await promise(['auto-reply', 'mood-changed', 'mood-changed', 'notification']);
    await opened.sql.query(`UPDATE outbox SET due_at = due_at + interval '1 second' WHERE id = $1`, [later]);
    expect(new Set(idsOf(await outbox.claim(10, rooms)))).toEqual(new Set([event, notification]));
    expect(new Set(idsOf(await outbox.claim(10)))).toEqual(new Set([reply, later]));
  });

  test('gives a queue that is full of what has to wait only what is due', async () => {
    const [due, soon] = [await dueIn('auto-reply', -1), await dueIn('auto-reply', 1)];
    expect(idsOf(await outbox.claim(10, new Map([['auto-reply', { promises: 10, ahead: false }]])))).toEqual([due]);
    expect(idsOf(await outbox.claim(10))).toEqual([soon]);
  });

  test('counts for its queue until the effect is confirmed, the promise is published anew, or has failed for good', async () => {
    const [confirmed = '', released = '', failed = ''] = await promise(['notification', 'notification', 'notification']);
    await dueIn('notification', 30);
    const outstanding = async (most: number) => (await outbox.outstanding(['message-delivery', 'analytics'], most)).get('message-delivery');
    expect(await outstanding(10)).toEqual({ all: 0, due: 0 });
    await outbox.claim(10);
    expect(await outstanding(10)).toEqual({ all: 4, due: 3 });
    expect(await outstanding(2)).toEqual({ all: 2, due: 2 });
    await outbox.confirm([confirmed]);
    await outbox.release([released]);
    await outbox.markFailed([failed]);
    expect(await outstanding(10)).toEqual({ all: 1, due: 0 });
    expect((await outbox.outstanding(['analytics'], 10)).get('analytics')).toEqual({ all: 0, due: 0 });
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
      {
        id: changed,
        modelId,
        kind: 'mood-changed',
        ...moodChange,
        reasonCode: null,
        timestamp: '2026-01-02T03:04:05.000Z',
        recordedAt: '2026-01-02T03:04:09.000Z',
      },
      { id: sent, modelId, kind: 'auto-reply-sent', ...replySent, timestamp: '2026-01-02T03:04:06.000Z' },
    ]);
    await outbox.confirm([changed]);
    expect((await outbox.findEvents([changed, sent])).map(({ id }) => id)).toEqual([sent]);
  });
});

describe('ends of moods', () => {
  let moods: MoodStore;
  beforeAll(() => {
    moods = createMoodStore(opened.database, createAuditVault(opened.database, [createMasterKey('m1')]));
  });

  async function createModel(): Promise<string> {
    const id = randomUUID();
    await createPerformerRegistry(opened.database).register([id]);
    return id;
  }
  async function set(model: string, endsInMs: number | null): Promise<number> {
    const outcome = await moods.change(
      model,
      {
        moodState: 'positive',
        customMessage: null,
        autoRespond: false,
        responseDelay: 0,
        expiresAt: endsInMs === null ? null : new Date(Date.now() + endsInMs),
      },
      { kind: 'model', modelId: model, origin: { ipAddress: null, userAgent: null } },
      { hourlyLimit: null, termsVersion: null, holdMinutes: null },
    );
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);
    return outcome.mood.version;
  }
  const promised = async () =>
    (await opened.sql.query<{ id: string; model_id: string }>(`SELECT id, model_id FROM outbox WHERE kind = 'mood-expiry'`)).rows;
  const claimEnds = async () => (await outbox.claim(1_000)).flatMap((claimed) => (claimed.kind === 'mood-expiry' ? [claimed] : []));

  test('are promised once for a model, however often its mood changes, and not at all when the newest has none', async () => {
    const model = await createModel();
    for (const endsInMs of [60_000, 3_600_000, 30_000, 86_400_000 * 365, 60_000]) {
      await set(model, endsInMs);
      expect(await promised()).toHaveLength(1);
    }
    await set(model, null);
    expect(await promised()).toEqual([]);
    await set(model, null);
    expect(await promised()).toEqual([]);
  });

  test.each([
    [1_000, true],
    [60_000, true],
    [9 * 60_000, true],
    [11 * 60_000, false],
    [3_600_000, false],
    [86_400_000 * 400, false],
    [Date.parse('9999-12-31T00:00:00Z') - Date.now(), false],
  ])('in %d ms are published now: %s', async (endsInMs, isPublished) => {
    const model = await createModel();
    const version = await set(model, endsInMs);
    const claimed = await claimEnds();
    expect(claimed).toHaveLength(isPublished ? 1 : 0);
    if (isPublished) expect(claimed).toMatchObject([{ modelId: model, version, jobId: `expire-${model}` }]);
    for (const { remainingMs } of claimed) expect(Math.abs(remainingMs - endsInMs)).toBeLessThan(10_000);
    expect(await claimEnds()).toEqual([]);
  });

  test('that are replaced are published anew, and the promise of before is nobody’s any more', async () => {
    const model = await createModel();
    await set(model, 60_000);
    const [before] = await claimEnds();
    const version = await set(model, 30_000);
    // What somebody still does about the old one does not touch the new one.
    await outbox.markFailed([before?.id ?? '']);
    await outbox.putOff([before?.id ?? '']);
    await outbox.confirm([before?.id ?? '']);
    const [after] = await claimEnds();
    expect(after).toMatchObject({ modelId: model, version });
    expect(after?.id).not.toBe(before?.id);
    await outbox.release([before?.id ?? '']);
    expect(await claimEnds()).toEqual([]);
  });

  test('are kept by the reset, and by the change that comes before it', async () => {
    const [reset, changed] = [await createModel(), await createModel()];
    const [version] = [await set(reset, 500), await set(changed, 500)];
    for (let outcome = await moods.expire(reset, version); outcome.kind !== 'reset'; outcome = await moods.expire(reset, version)) {
      if (outcome.kind === 'superseded') throw new Error(outcome.kind);
      expect(await promised()).toHaveLength(2);
      await pause(outcome.remainingMs);
    }
    await pause(50);
    await set(changed, null);
    expect(await promised()).toEqual([]);
  });

  test('of a model that is gone are nobody’s once their job has looked', async () => {
    const model = await createModel();
    const version = await set(model, 60_000);
    await opened.sql.query('DELETE FROM performers WHERE id = $1', [model]);
    expect(await promised()).toHaveLength(1);
    expect(await moods.expire(model, version)).toEqual({ kind: 'superseded' });
    expect(await promised()).toEqual([]);
  });

  test('do not keep other promises waiting, however many there are', async () => {
    for (let turn = 0; turn < 20; turn += 1) await set(await createModel(), 30_000);
    await opened.sql.query(`DELETE FROM outbox WHERE kind <> 'mood-expiry'`);
    const [notification] = await promise(['notification']);
    const claimed = await outbox.claim(5);
    expect(claimed.map(({ id }) => id)).toContain(notification);
    expect(claimed).toHaveLength(6);
  });
});

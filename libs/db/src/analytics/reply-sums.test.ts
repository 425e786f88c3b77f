import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { moodStates } from '@mood/domain';
import type { AnalyticsReader, Fact, MoodState, Slice } from '@mood/domain';
import { count } from '@mood/testing/counts';
import fc from 'fast-check';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createAnalyticsReader } from './analytics-reader.ts';
import { emptyAll, openLog, quarter } from './history.fixture.ts';
import { rebuildRollups } from './rollup.ts';
import { quantile } from './slow-count.fixture.ts';

let opened: DatabaseUnderTest;
let reader: AnalyticsReader;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
  reader = createAnalyticsReader(opened.database);
  await opened.sql.query(openLog);
});
afterAll(() => opened.close());

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const histories = count(200, 8);
const models = Array.from({ length: 4 }, () => randomUUID()).toSorted();

/** How long after a reply somebody may write for it to count. */
const windows = { engagement_5m: 5 * minute, engagement_60m: hour, engagement_24h: day, continued_24h: day } as const;
const windowFacts = Object.keys(windows).filter((name): name is keyof typeof windows => name in windows);

/** After a reply, in milliseconds: often just before, in or after the last moment that counts; null: never. */
const after = fc.option(
  fc.oneof(
    fc.integer({ min: 1, max: 26 * hour }),
    fc.tuple(fc.constantFrom(5 * minute, hour, day), fc.constantFrom(-1, 0, 1)).map(([at, off]) => at + off),
  ),
);
const replies = fc.array(
  fc.record({
    status: fc.constantFrom('sent', 'sent', 'sent', 'cancelled', 'failed', 'joined', 'pending'),
    mood: fc.constantFrom<MoodState>(...moodStates),
    reason: fc.constantFrom('answered', 'late'),
    model: fc.constantFrom(...models),
    /** Until the open bucket begins, when it was sent or came to an end. */
    before: fc.oneof(
      fc.integer({ min: 1, max: 2 * day }),
      fc.tuple(fc.integer({ min: 1, max: 190 }), fc.constantFrom(-1, 0, 1)).map(([buckets, off]) => buckets * quarter + off),
    ),
    late: fc.integer({ min: 0, max: 600_000 }),
    /** Until it was written down. */
    written: fc.integer({ min: 0, max: minute - 1 }),
    engaged: after,
    continued: after,
  }),
  { minLength: 20, maxLength: 60 },
);
type Reply = Omit<(typeof replies extends fc.Arbitrary<infer Value> ? Value : never)[number], 'before'> & { at: number; created: number };

async function store(rows: readonly Reply[]): Promise<void> {
  await opened.sql.query(
    `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, reason, received_at, last_message_at, due_at, sent_at,
        created_at, updated_at, mood_state, engaged_at, continued_at)
      SELECT gen_random_uuid(), gen_random_uuid()::text, gen_random_uuid()::text, r.model, gen_random_uuid(), r.status, r.reason, r.created, r.created,
        r.created, r.sent, r.created, r.updated, r.mood, r.engaged, r.continued
      FROM json_to_recordset($1) AS r (model uuid, status text, reason text, created timestamptz, sent timestamptz, updated timestamptz, mood text,
        engaged timestamptz, continued timestamptz)`,
    [
      JSON.stringify(
        rows.map(({ status, at, created, written, reason, engaged, continued, ...row }) => {
          const isSent = status === 'sent';
          const later = (ms: number | null) => (isSent && ms !== null ? new Date(at + ms) : null);
          return {
            ...row,
            status,
            reason: status === 'cancelled' ? reason : null,
            created: new Date(created),
            sent: isSent ? new Date(at) : null,
            updated: new Date(isSent ? at + written : at),
            engaged: later(engaged),
            continued: later(continued),
          };
        }),
      ),
    ],
  );
}

/** What is read of replies, against a count of the rows one by one. */
async function compare(rows: readonly Reply[], slices: readonly Slice[], now: number): Promise<void> {
  const within = ({ start, end }: Slice, instant: number) => start.getTime() <= instant && instant < end.getTime();
  const sent = rows.filter(({ status }) => status === 'sent');
  async function expectSums(
    fact: Fact,
    groupBy: string | null,
    counted: (slice: Slice, group: string | null) => [number, number],
    groups: readonly (string | null)[],
  ) {
    const sums = await reader.sums({ facts: [fact], slices, groupBy });
    for (const [index, slice] of slices.entries())
      for (const group of groups) {
        const { n, total } = sums.find((sum) => sum.slice === index && sum.group === group) ?? { n: 0, total: 0 };
        expect([fact, index, group, n, total]).toEqual([fact, index, group, ...counted(slice, group)]);
      }
  }
  for (const fact of windowFacts) {
    const known = Math.floor((now - windows[fact]) / quarter) * quarter;
    const who = fact === 'continued_24h' ? 'continued' : 'engaged';
    await expectSums(
      fact,
      'mood',
      (slice, mood) => {
        const mature = sent.filter((row) => row.mood === mood && within(slice, row.at) && row.at < known);
        return [mature.length, mature.filter((row) => row[who] !== null && row[who] <= windows[fact]).length];
      },
      moodStates,
    );
  }
  const times = (isSo: (row: Reply) => boolean): [number, number] => [rows.filter(isSo).length, 0];
  await expectSums(
    'replies_sent',
    'mood',
    (slice, mood) => times((row) => row.status === 'sent' && row.mood === mood && within(slice, row.at)),
    moodStates,
  );
  await expectSums(
    'replies_cancelled',
    'reason',
    (slice, reason) => times((row) => row.status === 'cancelled' && row.reason === reason && within(slice, row.at)),
    ['answered', 'late'],
  );
  await expectSums('replies_failed', null, (slice) => times((row) => row.status === 'failed' && within(slice, row.at)), [null]);
  await expectSums('replies_joined', null, (slice) => times((row) => row.status === 'joined' && within(slice, row.created)), [null]);
  await expectSums('replies_scheduled', null, (slice) => times((row) => row.status !== 'joined' && within(slice, row.created)), [null]);

  const lateness = await reader.replyLateness(slices);
  for (const [index, slice] of slices.entries()) {
    const seconds = sent.filter((row) => within(slice, row.at)).map(({ at, created }) => Math.fround((at - created) / 1_000));
    if (seconds.length === 0) expect(lateness[index]).toBeNull();
    else {
      expect(lateness[index]?.p50).toBeCloseTo(quantile(seconds, 0.5), 3);
      expect(lateness[index]?.p95).toBeCloseTo(quantile(seconds, 0.95), 3);
    }
  }
  const period = { start: slices[0]?.start ?? new Date(now), end: slices.at(-1)?.end ?? new Date(now) };
  const ranked = models
    .map((modelId) => ({ modelId, value: sent.filter(({ model, at }) => model === modelId && within(period, at)).length }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value || (a.modelId < b.modelId ? -1 : 1));
  expect(await reader.top({ metric: 'replies_sent', period, limit: 3 })).toEqual(ranked.slice(0, 3));
}

test(
  `what replies came to is what their rows say, rolled up and not (${histories} histories)`,
  async () => {
    const reached = { atTheLastMoment: 0, aMomentTooLate: 0 };
    await fc.assert(
      fc.asyncProperty(replies, async (drawn) => {
        await opened.sql.query(emptyAll);
        const { rows: clock } = await opened.sql.query<{ at: Date }>('SELECT clock_timestamp() AS at');
        const now = clock[0]?.at.getTime() ?? NaN;
        const open = Math.floor(now / quarter) * quarter;
        const rows = drawn.map(({ before, ...row }): Reply => ({ ...row, at: open - before, created: open - before - row.late }));
        await store(rows);
        const slices = [4, 3, 2, 1].map((n): Slice => ({
          start: new Date(open - (n * day) / 2),
          end: new Date(open - ((n - 1) * day) / 2),
        }));
        const span = { from: null, progress: () => {}, signal: new AbortController().signal };
        try {
          await rebuildRollups(opened.database, { ...span, to: new Date(open - 6 * hour) });
          await compare(rows, slices, now);
          await rebuildRollups(opened.database, { ...span, to: new Date(open) });
          await compare(rows, slices, now);
        } catch (error) {
          // A bucket has ended meanwhile: more is known now than was when this began.
          fc.pre(Date.now() < open + quarter);
          throw error;
        }
        for (const { status, engaged } of rows) {
          if (status !== 'sent' || engaged === null) continue;
          if (Object.values(windows).includes(engaged)) reached.atTheLastMoment += 1;
          if (Object.values(windows).includes(engaged - 1)) reached.aMomentTooLate += 1;
        }
      }),
      // Looking for a smaller history that fails as well takes longer than the rest.
      { numRuns: histories, endOnFailure: true },
    );
    expect(Math.min(...Object.values(reached))).toBeGreaterThan(0);
  },
  count(3_600_000, 240_000),
);

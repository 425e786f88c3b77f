import { randomUUID } from 'node:crypto';
import { purgeStaleRows, rollUpDueBuckets } from '@mood/db';
import { costOf, inTurns } from './in-turns.ts';
import type { Cost } from './in-turns.ts';
import { batchSize, createRelayMill } from './relay-mill.ts';
import type { FilledDatabase, Sides } from './sides.ts';
import { forBoth } from './sides.ts';

const times = 40;
const stale = 500;
/** A limit whose window is over, and a reply of last month. */
const addStale = [
  `INSERT INTO mood_rate_limits (model_id, window_start, window_end)
    SELECT model_id, now() - interval '2 hours', now() - interval '1 hour'
    FROM (SELECT model_id FROM model_mood_states LIMIT 1) m, generate_series(1, ${stale})`,
  `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, created_at)
    SELECT uuidv7(), $1 || n, $1 || n, uuidv7(), uuidv7(), 'cancelled', at, at, at, at FROM (SELECT n, now() - interval '31 days' AS at
      FROM generate_series(1, ${stale}) n) old`,
];
/** The newest bucket counts as rolled up too early. */
const makeBucketDue = `UPDATE analytics_buckets SET rolled_up_at = bucket_start + interval '16 minutes'
  WHERE bucket_start = (SELECT max(bucket_start) FROM analytics_buckets)`;

/** What the worker does all the time, in its own statements and without a queue. */
export async function measureChores(sides: Sides<FilledDatabase>, say: (line: string) => void, seconds: number): Promise<Cost[]> {
  const costs: Cost[] = [];
  const mills = await forBoth(sides, async (side) => createRelayMill(side));
  const compare = async (what: string, once: (side: FilledDatabase) => () => Promise<number>, options?: Parameters<typeof costOf>[2]) => {
    const took = await inTurns({ small: once(sides.small), large: once(sides.large) }, { times, seconds });
    const cost = costOf(what, took, options);
    say(`${what}: ${cost.figure.value}`);
    costs.push(cost);
  };

  const claim = (part: 'claimMs' | 'confirmMs') => (side: FilledDatabase) => async () => {
    await mills[side.name].add(batchSize);
    return (await mills[side.name].turn())[part];
  };
  await compare(`the relay claims ${batchSize} promises`, claim('claimMs'));
  await compare(`${batchSize} promises are confirmed`, claim('confirmMs'));
  await compare(`the reconciler looks after ${batchSize} promises`, (side) => () => mills[side.name].reconcile());
  await compare(`clean-up of ${2 * stale} rows`, (side) => async () => {
    const postgres = side.database.postgres.database;
    await postgres.query(addStale[0] ?? '');
    await postgres.query(addStale[1] ?? '', [`${randomUUID()}-`]);
    const began = performance.now();
    const removed = await purgeStaleRows(side.stores, new AbortController().signal);
    const took = performance.now() - began;
    if (removed < 2 * stale) throw new Error(`a clean-up removed ${removed} rows of ${2 * stale}`);
    return took;
  });
  const rollUp = (side: FilledDatabase) => async () => {
    await side.database.postgres.database.query(makeBucketDue);
    const began = performance.now();
    await rollUpDueBuckets(side.stores);
    return performance.now() - began;
  };
  await compare('a round of roll-ups, with all changes of a quarter of an hour', rollUp, { waitedFor: false, goal: '≤ 1 s' });
  return costs;
}

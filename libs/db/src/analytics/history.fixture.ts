import { randomUUID } from 'node:crypto';
import type { MoodState } from '@mood/domain';
import fc from 'fast-check';
import type { Client } from 'pg';

/** A row of the audit log, as far as analytics read it. Times in milliseconds. */
export interface Row {
  modelId: string;
  version: number;
  previous: MoodState;
  state: MoodState;
  by: 'model' | 'admin' | 'system';
  expires: number | null;
  created: number;
}

const minute = 60_000;
export const quarter = 15 * minute;

/** So many milliseconds later, or at the next bucket or edge, give or take a millisecond. */
type When = number | { next: 'bucket' | 'edge'; off: number };

const off = fc.constantFrom(-1, 0, 0, 1);
const nextBucket = off.map((ms): When => ({ next: 'bucket', off: ms }));
const nextEdge = off.map((ms): When => ({ next: 'edge', off: ms }));
const soon = fc.integer({ min: 1, max: minute });
const step = fc.record({
  // Often in the same minute, sometimes a day later; often on the edge of a bucket, or on one of those that the history is about.
  after: fc.oneof<fc.Arbitrary<When>[]>(soon, fc.integer({ min: minute, max: 1_500 * minute }), nextBucket, nextEdge, nextEdge),
  by: fc.constantFrom<Row['by']>('model', 'model', 'model', 'admin'),
  state: fc.constantFrom<MoodState>('neutral', 'positive', 'negative'),
  lasts: fc.option(fc.oneof<fc.Arbitrary<When>[]>(fc.integer({ min: 1, max: 300 * minute }), nextBucket, nextEdge), { freq: 3 }),
  /** How late its end is recorded; null: the next change records it, or nobody has yet. */
  recordedLate: fc.option(fc.integer({ min: 0, max: 90 * minute })),
});
/** Where in the span a model begins: at a share of it, or at one of the edges or turns, give or take a millisecond. */
const begins = fc.oneof(
  fc.record({ at: fc.constant('any' as const), share: fc.double({ min: 0, max: 1, noNaN: true }), off }),
  fc.record({ at: fc.constantFrom('edge' as const, 'turn' as const), share: fc.double({ min: 0, max: 0.99, noNaN: true }), off }),
);
const model = fc.record({ begins, steps: fc.array(step, { minLength: 3, maxLength: 12 }) });

/** From when until when a history is, and which instants in that time are worth trying. */
export interface HistorySpan {
  since: number;
  until: number;
  /** In ascending order. */
  edges: readonly number[];
  /** Those of them that a third of the models begin at. */
  turns: readonly number[];
}

/** What models did in a time: changes, ends that are recorded late or not at all, and overrides. */
export const history = ({ since, until, edges, turns }: HistorySpan) => {
  function instantOf(when: When, now: number): number {
    if (typeof when === 'number') return now + when;
    const edge = when.next === 'edge' ? edges.find((one) => one + when.off > now) : undefined;
    const next = edge ?? (Math.floor((now - when.off) / quarter) + 1) * quarter;
    return next + when.off;
  }
  function firstOf({ at, share, off: ms }: { at: 'any' | 'edge' | 'turn'; share: number; off: number }): number {
    const choice = at === 'turn' && turns.length > 0 ? turns : edges;
    const chosen = at === 'any' ? undefined : choice[Math.floor(share * choice.length)];
    return chosen === undefined ? since + Math.floor(share * (until - since)) : chosen + ms;
  }
  return fc.array(model, { minLength: 4, maxLength: 8 }).map((models) =>
    models.flatMap(({ begins: first, steps }) => {
      const modelId = randomUUID();
      const rows: Row[] = [];
      const add = (row: Pick<Row, 'state' | 'by' | 'expires' | 'created'>) =>
        rows.push({ ...row, modelId, version: rows.length + 1, previous: rows.at(-1)?.state ?? 'neutral' });
      let late: number | null = null;
      /** The reset of a mood that has ended by then, before anything that follows it. */
      function end(now: number): void {
        const last = rows.at(-1);
        if (last === undefined || last.expires === null || last.expires > now) return;
        add({ state: 'neutral', by: 'system', expires: null, created: Math.min(now, last.expires + (late ?? now)) });
      }
      let now = firstOf(first);
      for (const [index, { after, by, state, lasts, recordedLate }] of steps.entries()) {
        if (index > 0) now = instantOf(after, now);
        if (now > until) break;
        end(now);
        add({ state, by, expires: lasts === null ? null : instantOf(lasts, now), created: now });
        late = recordedLate;
      }
      if (late !== null) end(until);
      return rows;
    }),
  );
};

/** Past the functions that would date them now. */
export async function store(sql: Client, rows: readonly Row[]): Promise<void> {
  await sql.query(
    `INSERT INTO mood_transition_logs (id, model_id, version, previous_state, new_state, changed_by, auto_respond, response_delay, expires_at, created_at, hash)
      SELECT uuidv7(), r.model, r.version, r.previous, r.state, r.by, false, 0, r.expires, r.created, '\\x00'
      FROM json_to_recordset($1) AS r (model uuid, version integer, previous text, state text, by text, expires timestamptz, created timestamptz)`,
    [
      JSON.stringify(
        rows.map(({ modelId, expires, created, ...row }) => ({
          ...row,
          model: modelId,
          expires: expires === null ? null : new Date(expires),
          created: new Date(created),
        })),
      ),
    ],
  );
}

/** Rows of the log may be removed, and dated by whoever writes them. Once: whatever was planned for the table is planned anew after it. */
export const openLog = 'ALTER TABLE mood_transition_logs DISABLE TRIGGER ALL';

/** Everything that was stored and counted goes, the log included, which was opened before. */
export const emptyAll = `DELETE FROM mood_transition_logs; DELETE FROM auto_replies;
  DELETE FROM analytics_buckets; DELETE FROM analytics_rollups; DELETE FROM analytics_lists; DELETE FROM analytics_models;
  DELETE FROM analytics_reconciliations`;

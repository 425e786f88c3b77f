import { randomUUID } from 'node:crypto';
import type { MoodState, Slice } from '@mood/domain';
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
const state = fc.constantFrom<MoodState>('neutral', 'positive', 'negative');
const step = fc.record({
  // Often in the same minute, sometimes a day later; on the edge of a bucket now and then.
  gap: fc.oneof(fc.integer({ min: 1, max: minute }), fc.integer({ min: minute, max: 1_500 * minute }), fc.constant(15 * minute)),
  by: fc.constantFrom<Row['by']>('model', 'model', 'model', 'admin'),
  state,
  lasts: fc.option(fc.oneof(fc.integer({ min: 1, max: 300 * minute }), fc.constant(15 * minute))),
  /** How late its end is recorded; null: the next change records it. */
  recordedLate: fc.option(fc.integer({ min: 0, max: 90 * minute })),
});

/** What models did since an instant, and not after another: changes, ends that are recorded late or not at all, and overrides. */
export const history = (since: number, until: number) =>
  fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }).map((models) =>
    models.flatMap((steps) => {
      const modelId = randomUUID();
      const rows: Row[] = [];
      const add = (row: Pick<Row, 'state' | 'by' | 'expires' | 'created'>) =>
        rows.push({ ...row, modelId, version: rows.length + 1, previous: rows.at(-1)?.state ?? 'neutral' });
      let now = since;
      for (const { gap, by, state: next, lasts, recordedLate } of steps) {
        const last = rows.at(-1);
        const before = now;
        now += gap;
        if (now > until) break;
        if (last !== undefined && last.expires !== null && last.expires <= now) {
          const late = steps.find((one) => one.gap === gap)?.recordedLate ?? recordedLate;
          const recorded = Math.min(now, Math.max(before, last.expires) + (late ?? now));
          add({ state: 'neutral', by: 'system', expires: null, created: recorded });
        }
        add({ state: next, by, expires: lasts === null ? null : now + lasts, created: now });
      }
      return rows;
    }),
  );

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

/** Everything that was stored and counted goes, the log included. */
export const emptyAll = `ALTER TABLE mood_transition_logs DISABLE TRIGGER ALL; DELETE FROM mood_transition_logs; DELETE FROM auto_replies;
  DELETE FROM analytics_buckets; DELETE FROM analytics_rollups; DELETE FROM analytics_lists; DELETE FROM analytics_models;
  DELETE FROM analytics_reconciliations`;

/** The days of a zone that begin in a range, found by asking each quarter of an hour for its date. */
export function daysOf(timeZone: string, since: number, until: number): Slice[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const starts: Date[] = [];
  let date = format.format(since - 1);
  for (let at = since; at <= until; at += 15 * minute) {
    const found = format.format(at);
    if (found !== date) starts.push(new Date(at));
    date = found;
  }
  return starts.slice(0, -1).map((start, index) => ({ start, end: starts[index + 1] ?? start }));
}

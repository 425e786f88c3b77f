import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';

/** What the log is to hold. */
export interface LogSize {
  models: number;
  changesPerModel: number;
  /** So many of them have more changes, before all others. */
  longOnes: number;
  longChanges: number;
}

type Tails = 'tails' | 'next_tails';

const spanDays = 60;
const administrators = 50;
/** An administrator by number, from 0. */
export const administratorId = (n: number): string => `00000000-0000-7000-a000-${n.toString(16).padStart(12, '0')}`;

/**
 * One more change of each model, in the order of their times, within so long after a time: by the model, by an administrator, or by the
 * system where the mood before has ended. The chain goes on from the last change, and the functions that seal a change of the product compute
 * it. What is sealed is as long as it would be.
 */
const oneMoreEach = (from: Tails, to: Tails) => `WITH timed AS (
    SELECT t.*, greatest($1::timestamptz + random() * $2::interval, coalesce(t.ends, t.at) + interval '1 second') AS next_at, random() AS chance,
      CASE WHEN t.ends IS NOT NULL THEN 'system' WHEN random() < 0.1 THEN 'admin' ELSE 'model' END AS next_by FROM bench.${from} t),
  drawn AS MATERIALIZED (
    SELECT t.*, uuidv7(t.next_at - now()) AS id, floor(random() * 3000)::integer AS place,
      (ARRAY['neutral', 'positive', 'negative'])[1 + floor(random() * 3)::integer] AS drawn_state,
      ('00000000-0000-7000-a000-' || lpad(to_hex(floor(random() * ${administrators})::integer), 12, '0'))::uuid AS administrator
    FROM timed t ORDER BY t.next_at),
  logged AS (
    INSERT INTO mood_transition_logs
    SELECT l.* FROM drawn d, LATERAL seal_transition(ROW(d.id, d.model_id, d.version + 1, d.state,
      CASE d.next_by WHEN 'system' THEN 'neutral' ELSE d.drawn_state END, d.next_by,
      CASE d.next_by WHEN 'admin' THEN d.administrator END,
      CASE d.next_by WHEN 'admin' THEN substr($3::bytea, 1 + d.place, 60) END,
      CASE WHEN d.next_by <> 'system' AND d.chance > 0.4 THEN substr($3, 101 + d.place, 48) END,
      CASE WHEN d.next_by <> 'system' THEN substr($3, 201 + d.place, 40) END,
      CASE WHEN d.next_by <> 'system' THEN substr($3, 301 + d.place, 120) END,
      CASE WHEN d.next_by <> 'system' THEN d.model_id END, true, 30,
      CASE WHEN d.next_by <> 'system' AND d.chance < 0.15 THEN coalesce($4::timestamptz, d.next_at + d.chance * interval '40 hours') END,
      d.next_at, d.hash, NULL, NULL)::mood_transition_logs) l
    RETURNING model_id, version, new_state, expires_at, created_at, hash, changed_by)
  INSERT INTO bench.${to} (model_id, version, state, ends, at, hash, changed_by) SELECT * FROM logged`;

const tailColumns = '(model_id uuid, version bigint, state text, ends timestamptz, at timestamptz, hash bytea, changed_by text)';
const tailsOf = (condition: string, table: Tails) =>
  `INSERT INTO bench.${table} (model_id, version, state) SELECT id, 0, 'neutral' FROM bench.models WHERE ${condition}`;

/**
 * Writes the log, change by change of all models, so that the rows of a model lie as far apart as they would. Its last changes stand in
 * `bench.tails` then. Indexes are taken away and made anew, which is several times as fast.
 */
export async function writeLog(client: Client, size: LogSize, say: (line: string) => void): Promise<void> {
  // Tables that a transaction has made itself are emptied without waiting for the disk.
  await client.query(`BEGIN; CREATE UNLOGGED TABLE bench.tails ${tailColumns}; CREATE UNLOGGED TABLE bench.next_tails ${tailColumns}`);
  const indexes = await takeIndexes(client);
  const sealed = randomBytes(4_096);
  let turn = 0;
  const tailsAt = (nth: number): Tails => (nth % 2 === 0 ? 'tails' : 'next_tails');
  const addOneEach = async (since: Date, milliseconds: number, ends: Date | null) => {
    await client.query(oneMoreEach(tailsAt(turn), tailsAt(turn + 1)), [since, `${milliseconds} milliseconds`, sealed, ends]);
    await client.query(`TRUNCATE bench.${tailsAt(turn)}`);
    turn += 1;
  };
  // All of it is over when the writing begins.
  const slotMs = (spanDays * 86_400_000 - 3_600_000) / size.changesPerModel;
  const began = Date.now() - spanDays * 86_400_000;
  const hourMs = 3_600_000;
  say(`the log: ${size.longChanges} changes of ${size.longOnes} models`);
  await client.query(tailsOf(`n <= ${size.longOnes}`, tailsAt(turn)));
  for (let change = 0; change < size.longChanges; change += 1)
    await addOneEach(new Date(began - (size.longChanges - change) * hourMs), hourMs / 2, null);
  await client.query('COMMIT');
  await client.query(tailsOf(`n > ${size.longOnes}`, tailsAt(turn)));
  // None of the moods there are ends while it is measured.
  const inAYear = new Date(Date.now() + 365 * 86_400_000);
  for (let change = 1; change <= size.changesPerModel; change += 1) {
    await addOneEach(new Date(began + (change - 1) * slotMs), slotMs, change === size.changesPerModel ? inAYear : null);
    say(
      `the log: ${(change * size.models).toLocaleString('en-US')} of ${(size.changesPerModel * size.models).toLocaleString('en-US')} rows`,
    );
  }
  if (tailsAt(turn) !== 'tails') await client.query('DROP TABLE bench.tails; ALTER TABLE bench.next_tails RENAME TO tails');
  for (const [nth, index] of indexes.entries()) {
    say(`the log: index ${nth + 1} of ${indexes.length}`);
    await client.query(index);
  }
}

/** @returns the statements that make them again, as they were. */
async function takeIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ take: string; make: string }>(
    `SELECT CASE WHEN c.conname IS NULL THEN format('DROP INDEX %I', i.relname)
        ELSE format('ALTER TABLE mood_transition_logs DROP CONSTRAINT %I', c.conname) END AS take,
      CASE WHEN c.conname IS NULL THEN pg_get_indexdef(x.indexrelid)
        ELSE format('ALTER TABLE mood_transition_logs ADD CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) END AS make
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid
     WHERE x.indrelid = 'mood_transition_logs'::regclass AND NOT x.indisprimary`,
  );
  for (const { take } of rows) await client.query(take);
  return rows.map(({ make }) => make);
}

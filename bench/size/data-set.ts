import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Client } from 'pg';
import { currentTerms } from '@mood/domain';
import { administratorId, writeLog } from './write-log.ts';

/** How much there is of everything. */
export interface DataSize {
  models: number;
  /** Of the audit log, besides those of the models with long histories. */
  rows: number;
  /** Besides those that every database begins with. */
  templates: number;
}

/** What is asked about, of a database that was filled. */
export interface DataSet {
  size: DataSize;
  /** Models from everywhere among all, in no order. */
  models: readonly string[];
  /** Models with a history of a thousand changes and more. */
  longHistories: readonly string[];
  /** One who overrides as often as the others … */
  administrator: string;
  /** The entries since then are as many in every database. */
  recentSince: Date;
}

/** Shares of the number of models: as many as were there when it was measured what grows. */
const perModel = { replies: 2, limits: 0.3 };
export const longHistory = { models: 10, changes: 1_000 };
const sampled = 20_000;
const recentEntries = 1_000;
const bytesPer = { model: 4_600, row: 900 };
const baseBytes = 10e9;

/** Bytes that a data set takes on the disk, with its queues, its write-ahead log, and what is sorted on the way. */
export const bytesOf = ({ models, rows }: DataSize): number => baseBytes + models * bytesPer.model + rows * bytesPer.row;

/** @throws Error that says what is missing, where the databases would be made. */
export async function checkDiskSpace(sizes: readonly DataSize[]): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const needed = sizes.reduce((sum, size) => sum + bytesOf(size), 0);
  const inGigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(0)} GB`;
  if (bavail * bsize >= needed) return;
  throw new Error(
    `This needs ${inGigabytes(needed)} in ${tmpdir()}, and there are ${inGigabytes(bavail * bsize)}: set TMPDIR, or ask for less with --models and --rows.`,
  );
}

const makeModels = `CREATE TABLE bench.models AS SELECT n::integer, uuidv7(- interval '120 days' + n * interval '1 second') AS id FROM generate_series(1, $1::integer) n`;

interface Step {
  what: string;
  statement: string;
  /** Whether it is told how many models there are. */
  values?: (size: DataSize) => unknown[];
}

const before: readonly Step[] = [
  { what: 'models', statement: makeModels, values: ({ models }) => [models] },
  { what: 'models by number', statement: 'ALTER TABLE bench.models ADD PRIMARY KEY (n)' },
  { what: 'performers', statement: `INSERT INTO performers (id, created_at) SELECT id, now() - interval '120 days' FROM bench.models` },
  {
    what: 'terms',
    statement: 'INSERT INTO mood_terms_acceptances (model_id, terms_version) SELECT id, $1 FROM bench.models',
    values: () => [currentTerms.version],
  },
  {
    // What they have sealed is erased: nobody has to seal twenty million rows. A model that changes its mood gets a key as ever.
    what: 'data keys',
    statement: 'INSERT INTO audit_data_keys (id, model_id, created_at, destroyed_at) SELECT id, id, now(), now() FROM bench.models',
  },
  {
    what: 'templates',
    statement: `INSERT INTO mood_messaging_templates (mood_state, template_type, tier_level, content, variables, priority)
      SELECT (ARRAY['neutral', 'positive', 'negative'])[1 + n % 3], (ARRAY['greeting', 'farewell', 'auto_response', 'tip_thank_you'])[1 + n / 3 % 4],
        (ARRAY[NULL, 'free', 'bronze', 'silver', 'gold', 'platinum'])[1 + n / 12 % 6],
        'Hello {{userName|there}}, good to see you. What would you like to talk about? ' || n, '["userName"]', 1 + n % 90
      FROM generate_series(1, $1::integer) n`,
    values: ({ templates }) => [templates],
  },
];

const after: readonly Step[] = [
  {
    what: 'moods',
    statement: `INSERT INTO model_mood_states (model_id, mood_state, custom_message, auto_respond, response_delay, expires_at, updated_by,
        changed_by, version, created_at, updated_at)
      SELECT model_id, state, 'Feeling great today!', true, 30, ends, CASE changed_by WHEN 'admin' THEN 'admin' ELSE 'model' END, changed_by,
        version, at, at FROM bench.tails`,
  },
  {
    what: 'ends of moods that are promised',
    statement: `INSERT INTO outbox (kind, model_id, payload, due_at)
      SELECT 'mood-expiry', model_id, jsonb_build_object('version', version), ends FROM bench.tails WHERE ends IS NOT NULL`,
  },
  {
    what: 'replies that are promised for tomorrow',
    statement: `INSERT INTO outbox (kind, model_id, payload, due_at)
      SELECT 'auto-reply', id, '{}', now() + interval '1 day' + random() * interval '1 day' FROM bench.models`,
  },
  {
    what: 'changes that count toward a limit',
    statement: `INSERT INTO mood_rate_limits (model_id, window_start, window_end)
      SELECT id, now(), now() + interval '6 hours' FROM bench.models WHERE n <= $1`,
    values: ({ models }) => [Math.round(models * perModel.limits)],
  },
  {
    what: 'replies',
    statement: `INSERT INTO auto_replies (id, message_id, conversation_id, model_id, user_id, status, received_at, last_message_at, due_at, text,
        template_id, template_version, mood_state, tier_level, sent_at, created_at, updated_at)
      SELECT uuidv7(at - now()), 'message-' || r.n, 'conversation-' || r.n, m.id,
        ('00000000-0000-7000-9000-' || lpad(to_hex(r.n % $2::integer), 12, '0'))::uuid, 'sent', at, at, at + interval '30 seconds',
        'Hello there, good to see you. What would you like to talk about?', t.id, 1, t.mood_state, 'gold',
        at + interval '31 seconds', at, at + interval '31 seconds'
      FROM (SELECT n, now() - interval '29 days' + n * (interval '29 days' / $1::integer) AS at FROM generate_series(1, $1::integer) n) r
        JOIN bench.models m ON m.n = 1 + (r.n * 7919::bigint) % $2::integer
        CROSS JOIN (SELECT id, mood_state FROM mood_messaging_templates WHERE template_type = 'auto_response' ORDER BY id LIMIT 1) t
      ORDER BY r.n`,
    values: ({ models }) => [models * perModel.replies, models],
  },
  {
    what: 'conversations of two days',
    statement: `INSERT INTO auto_reply_conversations (model_id, conversation_id, updated_at, recent_reply_ids)
      SELECT model_id, conversation_id, now(), ARRAY[id] FROM auto_replies WHERE created_at > now() - interval '2 days'`,
  },
];

/** Fills a database with its own statements and functions, fast. @param client with a connection of the owner's. */
export async function writeDataSet(client: Client, size: DataSize, say: (line: string) => void): Promise<DataSet> {
  const inOrder = async (steps: readonly Step[]) => {
    for (const { what, statement, values } of steps) {
      say(what);
      await client.query(statement, values?.(size) ?? []);
    }
  };
  await client.query(`SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; CREATE SCHEMA bench`);
  await inOrder(before);
  const changesPerModel = Math.max(1, Math.round(size.rows / size.models));
  const longOnes = Math.min(longHistory.models, size.models);
  await writeLog(client, { models: size.models, changesPerModel, longOnes, longChanges: longHistory.changes }, say);
  await inOrder(after);
  say('vacuum');
  await client.query('VACUUM (ANALYZE)');
  const { rows: models } = await client.query<{ id: string }>('SELECT id FROM bench.models WHERE n > $1 ORDER BY random() LIMIT $2', [
    longOnes,
    sampled,
  ]);
  const { rows: longHistories } = await client.query<{ id: string }>('SELECT id FROM bench.models WHERE n <= $1', [longOnes]);
  const { rows: recent } = await client.query<{ at: Date }>(
    'SELECT created_at AS at FROM mood_transition_logs ORDER BY created_at DESC OFFSET $1 LIMIT 1',
    [recentEntries],
  );
  await client.query('DROP SCHEMA bench CASCADE');
  return {
    size,
    models: models.map(({ id }) => id),
    longHistories: longHistories.map(({ id }) => id),
    administrator: administratorId(1),
    recentSince: recent[0]?.at ?? new Date(0),
  };
}

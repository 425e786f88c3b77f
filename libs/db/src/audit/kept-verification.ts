import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { CheckpointError } from './checkpoint.ts';
import type { MasterKeys } from './master-keys.ts';
import { createSigner, isSignature } from './signed-text.ts';

const format = 'mood-audit-verification/1';
const purpose = 'mood audit verification';

const count = z.int().min(0);
const keptSchema = z.object({
  format: z.literal(format),
  /** Which database is walked through. */
  database: z.string(),
  /** When the checkpoint was taken that the log is compared with; null: none. */
  comparedWith: z.string().nullable(),
  through: z.string().nullable(),
  found: z.object({
    rows: count,
    models: count,
    complete: count,
    incomplete: count,
    problems: count,
    first: z.object({ modelId: z.string(), version: z.number().nullable(), id: z.string().nullable(), problem: z.string() }).nullable(),
    startedAt: z.iso.datetime().transform((text) => new Date(text)),
  }),
  /** How much of the next checkpoint is written, and by which key it will be signed. */
  draft: z.object({ takenAt: z.iso.datetime(), keyId: z.string(), bytes: count, sha256: z.string() }).nullable(),
});

/** What is kept of a walk through the audit log that was stopped. */
export type KeptVerification = Omit<z.output<typeof keptSchema>, 'format'>;
export type CheckpointDraft = NonNullable<KeptVerification['draft']>;

/** @param keys sign it, so that nobody can have parts of the log passed over; without them it is believed as it is. */
export function writeKeptVerification(kept: KeptVerification, keys: MasterKeys | undefined): string {
  const text = JSON.stringify({ format, ...kept });
  if (keys === undefined) return `${text}\n`;
  const [key] = keys;
  return `${text}\nsignature ${key.id} ${createSigner(key, purpose).update(text).digest('hex')}\n`;
}

/** @throws CheckpointError when it is none of ours, or was changed, or is signed with a key that is not given. */
export function readKeptVerification(written: string, keys: MasterKeys | undefined): KeptVerification {
  const [text = '', signature = ''] = written.split('\n');
  if (keys !== undefined) {
    const [, keyId, hex = ''] = signature.split(' ');
    const key = keys.find(({ id }) => id === keyId);
    const fits = key !== undefined && isSignature(hex, createSigner(key, purpose).update(text).digest());
    if (!fits) throw new CheckpointError('What was kept of the verification is not signed with one of AUDIT_MASTER_KEYS, or was changed.');
  }
  try {
    const { format: _, ...kept } = keptSchema.parse(JSON.parse(text));
    return kept;
  } catch (error) {
    throw new CheckpointError('It is not what was kept of a verification.', { cause: error });
  }
}

const whichDatabase = statement(
  'verify-which-database',
  {},
  () => sql<{ database: string }>`SELECT datname || ' ' || oid AS database FROM pg_database WHERE datname = current_database()`,
);

/** Tells databases apart, so that a walk is not gone on with in another. */
export async function findWhichDatabase(database: Pick<Database, 'query'>): Promise<string> {
  const [row] = await whichDatabase.run(database.query, {});
  return row?.database ?? '';
}

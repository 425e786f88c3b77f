import { createHash } from 'node:crypto';
import type { CheckpointTail } from './checkpoint.ts';
import type { LogRow } from './log-rows.ts';

/** Where a model's chain stands after a row of it. Times in microseconds. */
export interface Tail {
  modelId: string;
  version: number;
  hash: Buffer | null;
  sound: boolean;
  /** A model that the checkpoint does not have has no row from before it. */
  notBefore: bigint | null;
  createdMicros: bigint | null;
  expiresMicros: bigint | null;
}

/** What is wrong with the row that comes next, in words; null: nothing. @param kept what the checkpoint says of its model. */
export function problemOf(row: LogRow, before: Tail, kept: CheckpointTail | undefined): string | null {
  const version = Number(row.version_text);
  if (version !== before.version + 1) {
    return before.version === 0
      ? `rows before version ${version} are missing`
      : `rows between version ${before.version} and it are missing`;
  }
  if (!sameBytes(row.previous_hash, before.hash)) return 'it does not follow the row before it: one of the two was exchanged or changed';
  if (!row.hash.equals(createHash('sha256').update(row.content).digest())) return 'its content was changed after it was written';
  if (kept?.version === version && kept.hash !== row.hash.toString('hex')) {
    return 'the checkpoint has another row at this version: the chain was computed anew';
  }
  return problemOfTime(row, before);
}

/** Times that could not have come about: the database's clock writes each, and none before the one before. */
function problemOfTime(row: LogRow, before: Tail): string | null {
  const created = BigInt(row.created_micros);
  if (before.createdMicros !== null && created < before.createdMicros) return 'its time is before that of the row before it';
  if (before.notBefore !== null && created < before.notBefore) return 'its time is before the checkpoint, which does not know this model';
  if (row.changed_by === 'system' && (before.expiresMicros === null || before.expiresMicros > created)) {
    return 'it says that a mood had ended, and the row before it has no end that had come';
  }
  return null;
}

const sameBytes = (a: Buffer | null, b: Buffer | null) => (a === null || b === null ? a === b : a.equals(b));

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Hmac } from 'node:crypto';
import type { MasterKey, MasterKeys } from './master-keys.ts';

const format = 'mood-audit-checkpoint/1';

/** The newest row of each model at some time, signed, to be kept where whoever owns the database cannot reach it. */
export interface Checkpoint {
  takenAt: string;
  tails: ReadonlyMap<string, { version: number; hash: string }>;
}

/** The file cannot be used. The message says why, and what to do. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** Signed with a key that is derived from a master key, and is of no use for anything else. */
const signer = ({ secret }: MasterKey): Hmac =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', 'mood audit checkpoint', 32)));

/** Writes a checkpoint line by line; the last one is the signature over all before. */
export function createCheckpointWriter([key]: MasterKeys, takenAt: Date, write: (line: string) => void) {
  const signature = signer(key);
  const append = (line: string) => {
    signature.update(`${line}\n`);
    write(`${line}\n`);
  };
  append(`${format} ${takenAt.toISOString()} ${key.id}`);
  return {
    add: (modelId: string, version: number, hash: string) => append(`${modelId} ${version} ${hash}`),
    end: () => write(`signature ${signature.digest('hex')}\n`),
  };
}

/** @throws CheckpointError when the file is none of ours, or was changed, or is signed with a key that is not given. */
export function readCheckpoint(text: string, keys: MasterKeys): Checkpoint {
  const lines = text.split('\n');
  const [kind, takenAt, keyId] = lines[0]?.split(' ') ?? [];
  if (kind !== format || takenAt === undefined) throw new CheckpointError('It is not a checkpoint of the audit log.');
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new CheckpointError(`It is signed with the master key "${keyId}", which AUDIT_MASTER_KEYS does not hold.`);
  const last = lines.findIndex((line) => line.startsWith('signature '));
  const given = Buffer.from(lines[last]?.slice('signature '.length) ?? '', 'hex');
  const expected = signer(key)
    .update(
      lines
        .slice(0, Math.max(last, 0))
        .map((line) => `${line}\n`)
        .join(''),
    )
    .digest();
  const isWhole = last > 0 && lines.slice(last + 1).join('') === '' && given.length === expected.length && timingSafeEqual(given, expected);
  if (!isWhole) throw new CheckpointError('Its signature does not fit: it was changed, or not written to its end.');
  const tails = lines.slice(1, last).map((line) => {
    const [modelId = '', version = '', hash = ''] = line.split(' ');
    return [modelId, { version: Number(version), hash }] as const;
  });
  return { takenAt, tails: new Map(tails) };
}

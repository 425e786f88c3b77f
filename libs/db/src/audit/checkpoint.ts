import type { MasterKey, MasterKeys } from './master-keys.ts';
import { createSigner, isSignature } from './signed-text.ts';

const format = 'mood-audit-checkpoint/1';
const purpose = 'mood audit checkpoint';
const lastLine = 'signature ';

/** The newest row of a model at the time of a checkpoint. */
export interface CheckpointTail {
  modelId: string;
  version: number;
  hash: string;
}

/** The newest row of each model at some time, signed, to be kept where whoever owns the database cannot reach it. */
export interface Checkpoint {
  takenAt: string;
  /**
   * In order of model, some at a time: a million of them need no more memory than a few.
   * @throws CheckpointError at the end, when what was read is not what was signed.
   */
  tails(): AsyncGenerator<CheckpointTail[]>;
}

/** The file cannot be used. The message says why, and what to do. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/**
 * Writes a checkpoint line by line, in order of model; the last one is the signature over all before.
 * @param alreadyWritten of a checkpoint that is gone on with: its text, to be signed with the rest.
 */
export async function createCheckpointWriter(
  [key]: MasterKeys,
  takenAt: Date,
  write: (lines: string) => void,
  alreadyWritten?: AsyncIterable<string>,
) {
  const signature = createSigner(key, purpose);
  const append = (line: string) => {
    signature.update(`${line}\n`);
    write(`${line}\n`);
  };
  if (alreadyWritten === undefined) append(`${format} ${takenAt.toISOString()} ${key.id}`);
  else for await (const text of alreadyWritten) signature.update(text);
  return {
    add: ({ modelId, version, hash }: CheckpointTail) => append(`${modelId} ${version} ${hash}`),
    end: () => write(`${lastLine}${signature.digest('hex')}\n`),
  };
}

/**
 * Reads a checkpoint to its end, to see whether its signature fits.
 * @param open its text from the beginning, each time that it is called.
 * @throws CheckpointError when the file is none of ours, or was changed, or is signed with a key that is not given.
 */
export async function readCheckpoint(open: () => AsyncIterable<string>, keys: MasterKeys): Promise<Checkpoint> {
  const { takenAt, key } = await readHeader(open(), keys);
  const tails = () => readTails(open(), key);
  for await (const _ of tails());
  return { takenAt, tails };
}

async function readHeader(chunks: AsyncIterable<string>, keys: MasterKeys): Promise<{ takenAt: string; key: MasterKey }> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  const [kind, takenAt, keyId] = text.split('\n')[0]?.split(' ') ?? [];
  if (kind !== format || takenAt === undefined) throw new CheckpointError('It is not a checkpoint of the audit log.');
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined) throw new CheckpointError(`It is signed with the master key "${keyId}", which AUDIT_MASTER_KEYS does not hold.`);
  return { takenAt, key };
}

async function* readTails(chunks: AsyncIterable<string>, key: MasterKey): AsyncGenerator<CheckpointTail[]> {
  const signature = createSigner(key, purpose);
  let isHeader = true;
  let given: string | undefined;
  let before = '';
  for await (const lines of wholeLines(chunks)) {
    const tails: CheckpointTail[] = [];
    for (const line of lines) {
      if (given !== undefined) throw unfit();
      if (line.startsWith(lastLine)) {
        given = line.slice(lastLine.length);
        continue;
      }
      signature.update(`${line}\n`);
      const [modelId = '', version = '', hash = ''] = line.split(' ');
      if (!isHeader && modelId <= before) throw unfit();
      if (!isHeader) tails.push({ modelId: (before = modelId), version: Number(version), hash });
      isHeader = false;
    }
    yield tails;
  }
  if (given === undefined || !isSignature(given, signature.digest())) throw unfit();
}

const unfit = () => new CheckpointError('Its signature does not fit: it was changed, or not written to its end.');

/** What comes after the last line end is left out. */
async function* wholeLines(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { CheckpointError, createCheckpointWriter, readCheckpoint } from '@mood/db';
import type { Checkpoint, CheckpointDraft, CheckpointTail, MasterKeys } from '@mood/db';
import { describeError, errorCode } from '@mood/runtime';
import { Problem } from '../problem.ts';
import { whyNotWritten } from '../why-not-written.ts';

/** @returns undefined when there is no file yet. @throws CheckpointError, Problem. */
export async function openCheckpoint(file: string, keys: MasterKeys): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(() => createReadStream(file, 'utf8'), keys);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof CheckpointError) throw error;
    throw new Problem(`The checkpoint ${file} cannot be read: ${describeError(error)}`, { cause: error });
  }
}

/**
 * A new checkpoint beside the old one, which it replaces when it is whole.
 * @param begun where an earlier walk left it. @param outlivesProcess it may be gone on with: it has the same name each time.
 * @throws Problem when it cannot be written, or is not as it was left.
 */
export async function draftCheckpoint(
  file: string,
  keys: MasterKeys,
  { now, begun = null, outlivesProcess }: { now: Date; begun?: CheckpointDraft | null | undefined; outlivesProcess: boolean },
) {
  const name = outlivesProcess ? `${file}.new` : `${file}.${process.pid}.new`;
  const orProblem = (error: unknown): never => {
    throw new Problem(`The checkpoint ${file} cannot be written: ${whyNotWritten(file, error)}`, { cause: error });
  };
  const key = begun === null ? keys[0] : keys.find(({ id }) => id === begun.keyId);
  if (key === undefined)
    throw new Problem(`The checkpoint was begun with the master key "${begun?.keyId}", which AUDIT_MASTER_KEYS does not hold.`);
  const handle = await open(name, begun === null ? 'w' : 'r+', 0o600).catch(orProblem);
  const sha256 = createHash('sha256');
  let bytes = 0;
  let waiting: string[] = [];

  async function* writtenBefore(until: number): AsyncGenerator<string> {
    for await (const text of createReadStream(name, { encoding: 'utf8', end: until - 1 })) {
      sha256.update(text);
      bytes += Buffer.byteLength(text);
      yield text;
    }
  }
  const takenAt = begun === null ? now : new Date(begun.takenAt);
  const writer = await createCheckpointWriter(
    [key],
    takenAt,
    (line) => waiting.push(line),
    begun === null ? undefined : writtenBefore(begun.bytes),
  );
  if (begun !== null) {
    if (bytes !== begun.bytes || sha256.copy().digest('hex') !== begun.sha256) {
      await handle.close();
      throw new Problem(`The checkpoint ${name} is not as it was left: remove what was kept of the verification, and begin anew.`);
    }
    await handle.truncate(bytes);
  }

  async function flush(): Promise<void> {
    const text = waiting.join('');
    waiting = [];
    if (text === '') return;
    await handle.write(text, bytes).catch(orProblem);
    sha256.update(text);
    bytes += Buffer.byteLength(text);
  }

  return {
    add: (tail: CheckpointTail) => writer.add(tail),
    /** Writes what was added, and tells how to go on from here in another process. */
    async leave(): Promise<CheckpointDraft> {
      await flush();
      return { takenAt: takenAt.toISOString(), keyId: key.id, bytes, sha256: sha256.copy().digest('hex') };
    },
    async keep(): Promise<void> {
      writer.end();
      await flush();
      try {
        await handle.sync();
        await handle.close();
        await rename(name, file);
      } catch (error) {
        orProblem(error);
      }
    },
    /** Repeating it is harmless. */
    async close({ remove }: { remove: boolean }): Promise<void> {
      await handle.close();
      if (remove) await rm(name, { force: true }).catch(() => {});
    },
  };
}

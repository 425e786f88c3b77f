import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createCheckpointWriter, readCheckpoint } from '@mood/db';
import type { auditSettings, Checkpoint } from '@mood/db';
import { describeError, errorCode } from '@mood/runtime';
import { Problem } from '../problem.ts';
import { whyNotWritten } from '../why-not-written.ts';

type MasterKeys = ReturnType<typeof auditSettings.auditMasterKeys.schema.parse>;

/** @returns undefined when there is no file yet. @throws CheckpointError, Problem. */
export async function openCheckpoint(file: string, keys: MasterKeys): Promise<Checkpoint | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Problem(`The checkpoint ${file} cannot be read: ${describeError(error)}`);
  });
  return text === undefined ? undefined : readCheckpoint(text, keys);
}

/** A new checkpoint beside the old one, which it replaces when it is whole. */
export function draftCheckpoint(file: string, keys: MasterKeys, now: Date) {
  const draft = `${file}.${process.pid}.new`;
  const stream = createWriteStream(draft, { mode: 0o600, flush: true });
  // Told at the end; without a listener it would end the process.
  stream.on('error', () => {});
  const writer = createCheckpointWriter(keys, now, (line) => stream.write(line));
  return {
    add: writer.add,
    async keep(): Promise<void> {
      writer.end();
      stream.end();
      try {
        await finished(stream);
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        throw new Problem(`The checkpoint ${file} cannot be written: ${whyNotWritten(file, error)}`, { cause: error });
      }
    },
    async discard(): Promise<void> {
      stream.destroy();
      await rm(draft, { force: true }).catch(() => {});
    },
  };
}

import { readFile, rm } from 'node:fs/promises';
import { readKeptVerification, writeKeptVerification } from '@mood/db';
import type { KeptVerification, MasterKeys } from '@mood/db';
import { describeError, errorCode } from '@mood/runtime';
import writeFileAtomic from 'write-file-atomic';
import { Problem } from '../problem.ts';
import { whyNotWritten } from '../why-not-written.ts';

/** How often it is written while the walk goes on, in milliseconds: what a process loses that is killed. */
const everyMs = 2_000;

/** The file in which a walk through the audit log keeps how far it is. @param keys sign it. */
export function createResumeFile(file: string, keys: MasterKeys | undefined) {
  let writtenAt = performance.now();
  let newest: KeptVerification | undefined;

  async function write(): Promise<void> {
    if (newest === undefined) return;
    const text = writeKeptVerification(newest, keys);
    newest = undefined;
    writtenAt = performance.now();
    await writeFileAtomic(file, text, { mode: 0o600 }).catch((error: unknown) => {
      throw new Problem(`The file ${file} cannot be written: ${whyNotWritten(file, error)}`, { cause: error });
    });
  }

  return {
    /** @returns undefined when there is none: the walk begins at the first model. @throws CheckpointError, Problem. */
    async read(): Promise<KeptVerification | undefined> {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw new Problem(`The file ${file} cannot be read: ${describeError(error)}`, { cause: error });
      });
      return text === undefined ? undefined : readKeptVerification(text, keys);
    },
    async keep(kept: KeptVerification): Promise<void> {
      newest = kept;
      if (performance.now() - writtenAt >= everyMs) await write();
    },
    /** Writes what was not written yet. */
    end: write,
    remove: () => rm(file, { force: true }),
  };
}

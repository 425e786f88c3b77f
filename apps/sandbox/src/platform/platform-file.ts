import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '@mood/runtime';
import type { Logger } from '@mood/runtime';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { person, user } from './people.ts';
import { keptKey, openSigningKey } from './signing-key.ts';

const keptState = z.object({
  signingKey: keptKey,
  performers: z.array(person),
  users: z.array(user),
  revokedTokens: z.array(z.tuple([z.string(), z.number()])),
});

/** The state that the sandbox keeps between starts. */
type KeptState = z.infer<typeof keptState>;

export interface PlatformFile {
  /** @returns undefined at the first start, and after a broken file was moved aside. */
  load(): Promise<KeptState | undefined>;
  /** Resolves when a state at least as new as the present one is on disk. */
  save(present: () => KeptState): Promise<void>;
}

/** A JSON file that is replaced as a whole, so that a crash leaves the old state or the new one. */
export function createPlatformFile(path: string, logger: Logger): PlatformFile {
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  return {
    async load() {
      const content = await readFile(path, 'utf8').catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      });
      if (content === undefined) return undefined;
      try {
        const state = keptState.parse(JSON.parse(content));
        await openSigningKey(state.signingKey);
        return state;
      } catch (error) {
        const movedTo = `${path}.broken-${Date.now()}`;
        await rename(path, movedTo);
        // The parser's message could quote the signing key.
        const reason = error instanceof SyntaxError ? 'not JSON' : 'not in the expected shape';
        logger.warn({ path, movedTo, reason }, 'the sandbox data file is broken and was moved aside; starting with the demo people only');
        return undefined;
      }
    },
    save(present) {
      // Callers that come during a write share the next one.
      waiting ??= writing
        .catch(() => undefined)
        .then(() => {
          waiting = undefined;
          writing = replaceFile(path, present());
          return writing;
        });
      return waiting;
    },
  };
}

async function replaceFile(path: string, state: KeptState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, JSON.stringify(state), { mode: 0o600 });
}

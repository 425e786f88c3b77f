import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';

/** @returns the keys of a file; undefined when there is none. @throws LaunchError when it cannot be read. */
export async function readKeys(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new LaunchError(`The file ${file} cannot be read (${errorCode(error)}). Make it readable.`, { cause: error });
  }
}

/** Makes a file with one new key, readable by its owner only. @returns `k1:<base64 of 32 bytes>`, as the settings take it. */
export async function makeKeys(file: string): Promise<string> {
  // The key is flushed to disk before the file gets its name, so that a power cut cannot lose a key that was used. If two processes start
  // at once, the first one's key wins.
  const name = `${file}.${process.pid}.new`;
  const draft = await open(name, 'w', 0o600);
  try {
    await draft.writeFile(`k1:${randomBytes(32).toString('base64')}\n`);
    await draft.sync();
  } finally {
    await draft.close();
  }
  try {
    await link(name, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(name);
  }
  return (await readFile(file, 'utf8')).trim();
}

/** The keys of session cookies of this data directory: made once. Without the file everybody signs in anew, and no more is lost. */
export async function keepSessionKeys(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'session-keys');
  return (await readKeys(file)) ?? makeKeys(file);
}

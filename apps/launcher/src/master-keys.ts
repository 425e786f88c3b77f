import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';

export const masterKeysFile = (dataDir: string) => path.join(dataDir, 'audit-master-keys');

/**
 * The audit master key of this data directory: created once, readable by its owner only. Losing it loses the sealed part of the audit log,
 * so none is created beside a database that may need another one.
 * @param isOld says in words what may have been sealed with another key; undefined when nothing was.
 * @returns `k1:<base64 of 32 bytes>`, as AUDIT_MASTER_KEYS takes it.
 * @throws LaunchError when the file is missing and something may have been sealed.
 */
export async function keepMasterKeys(dataDir: string, isOld: () => Promise<string | undefined>): Promise<string> {
  const file = masterKeysFile(dataDir);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      throw new LaunchError(`The file ${file} cannot be read (${errorCode(error)}). Make it readable.`, { cause: error });
  }
  const old = await isOld();
  if (old !== undefined) {
    throw new LaunchError(
      `${old}, and the file of its audit master keys, ${file}, is not there. Put it back, or set AUDIT_MASTER_KEYS to what it held. Without it nobody can read the sealed part of the audit log; to begin anew, take an empty DATA_DIR or database.`,
    );
  }
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

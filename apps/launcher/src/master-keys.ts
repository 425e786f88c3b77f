import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import { LaunchError } from './launch-error.ts';

export const masterKeysFile = (dataDir: string) => path.join(dataDir, 'audit-master-keys');

/**
 * The audit master key of this data directory: made once, readable by its owner only. Who loses it loses the sealed part of the audit log,
 * so that none is made beside a database that may need another.
 * @param isOld tells whether the database may hold what another key has sealed; the answer is the words for it.
 * @returns `k1:<base64 of 32 bytes>`, as AUDIT_MASTER_KEYS takes it.
 * @throws LaunchError when the file is gone and the database is old.
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
  // On the disk before its name appears: a key that was used must not be lost to a power cut. Of two that start at once one gives it its name.
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

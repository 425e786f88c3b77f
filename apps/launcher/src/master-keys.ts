import path from 'node:path';
import { makeKeys, readKeys } from './key-file.ts';
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
  const kept = await readKeys(file);
  if (kept !== undefined) return kept;
  const old = await isOld();
  if (old !== undefined) {
    throw new LaunchError(
      `${old}, and the file of its audit master keys, ${file}, is not there. Put it back, or set AUDIT_MASTER_KEYS to what it held. Without it nobody can read the sealed part of the audit log; to begin anew, take an empty DATA_DIR or database.`,
    );
  }
  return makeKeys(file);
}

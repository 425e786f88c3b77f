import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './launch-error.ts';

export const masterKeysFile = (dataDir: string) => path.join(dataDir, 'audit-master-keys');

/**
 * The audit master key of this data directory: made once, readable by its owner only. Who loses it loses the sealed part of the audit log.
 * @returns `k1:<base64 of 32 bytes>`, as AUDIT_MASTER_KEYS takes it.
 */
export async function keepMasterKeys(dataDir: string): Promise<string> {
  const file = masterKeysFile(dataDir);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
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
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(name);
  }
  return (await readFile(file, 'utf8')).trim();
}

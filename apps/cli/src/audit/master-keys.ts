import { readFile } from 'node:fs/promises';
import { auditSettings } from '@mood/db';
import type { MasterKeys } from '@mood/db';
import { describeError, readRunFile } from '@mood/runtime';
import { Problem } from '../problem.ts';

/** The master keys that are given, else those of the system which runs on this machine. */
export async function masterKeysOf(settings: { auditMasterKeys: MasterKeys | undefined; dataDir: string }): Promise<MasterKeys> {
  if (settings.auditMasterKeys !== undefined) return settings.auditMasterKeys;
  const file = (await readRunFile(settings.dataDir))?.auditKeysFile;
  if (file === undefined) throw new Problem('Set AUDIT_MASTER_KEYS to the master keys of the audit log, the newest first.');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Problem(`The file of the master keys cannot be read: ${describeError(error)}`);
  });
  const parsed = auditSettings.auditMasterKeys.schema.safeParse(text.trim());
  if (!parsed.success)
    throw new Problem(`The file of the master keys, ${file}, is damaged: ${parsed.error.issues.map(({ message }) => message).join(', ')}`);
  return parsed.data;
}

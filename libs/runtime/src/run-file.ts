import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { setting } from './settings.ts';

const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** Where a system on this machine keeps its data. */
export const dataDirSetting = setting({
  env: 'DATA_DIR',
  doc: 'the folder that keeps the database, the keys and the logs',
  schema: z.string().transform((folder) => path.resolve(projectRoot, folder)),
  default: '.data',
});

const runSchema = z.object({
  /** Process id of the launcher. */
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  apiUrl: z.string(),
  sandboxUrl: z.string(),
  /** Contains the password: the file is readable by its owner only. */
  databaseUrl: z.string(),
  logFolder: z.string(),
  /** The file with the audit master keys; absent when AUDIT_MASTER_KEYS was set. */
  auditKeysFile: z.string().optional(),
});

/** A running system, as other commands find it (run.json in DATA_DIR). */
export type Run = z.output<typeof runSchema>;

const runFile = (dataDir: string) => path.join(dataDir, 'run.json');

export async function writeRunFile(dataDir: string, run: Run): Promise<void> {
  await writeFileAtomic(runFile(dataDir), `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
}

export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(runFile(dataDir), { force: true });
}

/** @returns the system that runs on this data directory; undefined when there is none, or when it was killed. */
export async function readRunFile(dataDir: string): Promise<Run | undefined> {
  const text = await readFile(runFile(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const run = runSchema.parse(JSON.parse(text));
    process.kill(run.pid, 0);
    return run;
  } catch {
    return undefined;
  }
}

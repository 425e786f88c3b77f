import { auditSettings, connectDatabase, createAuditVault, createMoodStore } from '@mood/db';
import type { MoodStore } from '@mood/domain';
import { createLogger, readSettings } from '@mood/runtime';
import type { Stack } from './stack.ts';

export interface OpenMoodStore {
  readonly moods: MoodStore;
  close(): Promise<void>;
}

/** The store of moods on a stack's database, in the process of the test: as one more worker has it. */
export function openMoodStore(stack: Stack): OpenMoodStore {
  const database = connectDatabase({
    databaseUrl: stack.database.serviceUrl,
    poolMax: 5,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 10_000,
    applicationName: 'mood-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const { auditMasterKeys } = readSettings(auditSettings, stack.env);
  return { moods: createMoodStore(database, createAuditVault(database, auditMasterKeys)), close: () => database.close() };
}

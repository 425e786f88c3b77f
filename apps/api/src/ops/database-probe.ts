import type { Database, DatabaseService } from '@mood/db';
import { createProbe } from '@mood/runtime';
import type { Probe } from '@mood/runtime';

/** Whether the database answers, is one that this release can work with, and takes changes. What is wrong in detail is in the log alone. */
export function createDatabaseProbe(database: Pick<Database, 'inspect'>, service: Pick<DatabaseService, 'isFit'>): Probe {
  return createProbe(() => database.inspect(), {
    judge({ problem, isReadOnly }) {
      if (problem !== undefined || !service.isFit()) return { status: 'down', message: 'does not fit this release: see the log' };
      return isReadOnly ? { status: 'read-only', message: 'read-only: moods can be read, and nothing can be changed' } : undefined;
    },
  });
}

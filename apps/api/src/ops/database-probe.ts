import type { Database, DatabaseService } from '@mood/db';
import { createProbe } from '@mood/runtime';
import type { Probe } from '@mood/runtime';

/**
 * Checks whether the database answers, has a schema that this release can use, and accepts writes. Details of a problem are in the log
 * only.
 */
export function createDatabaseProbe(database: Pick<Database, 'inspect'>, service: Pick<DatabaseService, 'isFit'>): Probe {
  return createProbe(() => database.inspect(), {
    judge({ problem, isReadOnly }) {
      if (problem !== undefined || !service.isFit()) return { status: 'down', message: 'does not fit this release: see the log' };
      return isReadOnly ? { status: 'read-only', message: 'read-only: moods can be read, and nothing can be changed' } : undefined;
    },
  });
}

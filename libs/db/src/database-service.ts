import type { Logger, Service } from '@mood/runtime';
import type { Database } from './database.ts';

const canTamper = {
  name: 'role-can-tamper',
  text: `SELECT current_user AS role, has_table_privilege('mood_transition_logs', 'UPDATE, DELETE, TRUNCATE') AS "canTamper"`,
};

/**
 * The database as one of a process's services. It connects when it is needed, so a database that is down does not stop the start.
 * Warns when the process connects with a role that could change the audit log.
 */
export function createDatabaseService(database: Database, logger: Logger): Service {
  async function lookAtRole(): Promise<void> {
    const [found] = await database.query<{ role: string; canTamper: boolean }>(canTamper, []);
    if (found?.canTamper !== true) return;
    logger.warn({ role: found.role }, 'this process could change the audit log: connect with a login that is a member of mood_app only');
  }
  return {
    name: 'database',
    async start() {
      // Whoever needs the database says it when it is down.
      void lookAtRole().catch(() => {});
    },
    stop: () => database.close(),
  };
}

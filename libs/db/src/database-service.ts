import { endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { findKeyProblem } from './audit/keys-in-use.ts';
import type { MasterKeys } from './audit/master-keys.ts';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { DatabaseUnfit } from './fitness.ts';
import { statement } from './statement.ts';

export interface DatabaseServiceOptions {
  masterKeys: MasterKeys;
  logger: Logger;
}

export interface DatabaseService extends Service {
  /** Whether the last look that got an answer found a database that this process can work with. Not before the first. */
  isFit(): boolean;
}

const canTamper = statement(
  'role-can-tamper',
  {},
  () =>
    sql<{
      role: string;
      canTamper: boolean;
    }>`SELECT current_user AS role, has_table_privilege('mood_transition_logs', 'UPDATE, DELETE, TRUNCATE') AS "canTamper"`,
);

/** Between two looks, in milliseconds. What is missing is also noticed by the first statement that is refused because of it. */
const lookEveryMs = { fit: 5_000, unfit: 2_000 };
/** How long a start waits for the first look. A database that does not answer by then is one that is down. */
const firstLookMs = 5_000;

/**
 * The database as one of a process's services. A database that is down does not stop the start. One that this process can never work with
 * does: other master keys than the audit log is sealed with, or a pooler that takes sessions away. One that does not fit yet (never
 * migrated, a right missing, an old server) is said once, and looked at until it does.
 */
export function createDatabaseService(database: Database, { masterKeys, logger }: DatabaseServiceOptions): DatabaseService {
  /** What only a restart with other settings can mend was looked for. */
  let settingsChecked = false;
  let problem: string | undefined;
  let looked = false;
  let next: NodeJS.Timeout | undefined;
  let stopped = false;

  async function findProblem(): Promise<{ problem: string | undefined; needsSettings: boolean }> {
    if (settingsChecked) return { problem: (await database.inspect()).problem, needsSettings: false };
    const pooler = await database.findPoolerProblem();
    if (pooler !== undefined) return { problem: pooler, needsSettings: true };
    const { problem: misfit } = await database.inspect();
    if (misfit !== undefined) return { problem: misfit, needsSettings: false };
    const keys = await findKeyProblem(database, masterKeys);
    if (keys !== undefined) return { problem: keys, needsSettings: true };
    settingsChecked = true;
    await lookAtRole();
    return { problem: undefined, needsSettings: false };
  }

  async function lookAtRole(): Promise<void> {
    const [found] = await canTamper.run(database.query, {});
    if (found?.canTamper !== true) return;
    logger.warn({ role: found.role }, 'this process could change the audit log: connect with a login that is a member of mood_app only');
  }

  /** @returns what to refuse the start with, which is said there. */
  async function look(isStart: boolean): Promise<string | undefined> {
    const found = await findProblem();
    looked = true;
    if (found.problem !== problem && !(isStart && found.needsSettings)) {
      if (found.problem !== undefined) logger.error({ part: 'database' }, found.problem);
      else logger.info({ part: 'database' }, 'the database fits this release now');
    }
    problem = found.problem;
    return found.needsSettings ? found.problem : undefined;
  }

  function lookLater(): void {
    if (stopped) return;
    // Whoever needs a database that is down says so.
    next = setTimeout(
      () =>
        void look(false)
          .catch(() => {})
          .finally(lookLater),
      looked && problem === undefined && database.isReachable() ? lookEveryMs.fit : lookEveryMs.unfit,
    ).unref();
  }

  return {
    name: 'database',
    isFit: () => looked && problem === undefined,
    async start() {
      const first = look(true).catch(() => undefined);
      const refusal = (await endsWithin(firstLookMs, first)) ? await first : undefined;
      if (refusal !== undefined) throw new DatabaseUnfit(refusal);
      lookLater();
    },
    stop() {
      stopped = true;
      clearTimeout(next);
      return database.close();
    },
  };
}

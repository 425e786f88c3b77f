import { createLoop, createProblemLog } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { statement } from './statement.ts';

/** How often each catalog has been changed. */
export interface Revisions {
  flags: number;
  templates: number;
}

/** The columns of `Revisions`, for whoever asks for something else as well. */
export const revisionColumns = sql<Revisions>`(SELECT revision FROM mood_flag_catalog) AS flags,
    (SELECT revision FROM mood_template_catalog) AS templates`;

const seeRevisions = statement('see-revisions', {}, () => sql<Revisions>`SELECT ${revisionColumns}`);

/** Two looks are enough for a change to be used everywhere within a second. */
const lookEveryMs = 500;

/** Looks for changes of the catalogs that a process holds in memory: one small statement for all of them. */
export interface RevisionWatch extends Service {
  /** @param catchUp called with what was found at each look, one call at a time. One that fails is repeated after the next look. */
  follow(catalog: keyof Revisions, catchUp: (found: number) => Promise<void>): void;
  /** Whoever has asked for the revisions beside something else says what it found: the watch looks by itself only when nobody does. */
  tell(found: Revisions): void;
}

/** There is no message between processes that could be lost: each looks, at least twice a second. */
export function createRevisionWatch(database: Pick<Database, 'query'>, { logger }: { logger: Logger }): RevisionWatch {
  const followers: ((found: Revisions) => void)[] = [];
  const tellProblem = createProblemLog(logger, 'a catalog could not be brought up to date');
  let toldAt = -Infinity;

  function pass(found: Revisions): void {
    for (const follower of followers) follower(found);
  }

  const loop = createLoop({
    name: 'catalogs',
    idleMs: lookEveryMs,
    // Also after a long outage a change is seen within a second.
    failureMs: 30,
    logger,
    async round() {
      if (performance.now() - toldAt < lookEveryMs) return 'idle';
      const [found] = await seeRevisions.run(database.query, {});
      if (found === undefined) throw new Error('the database did not tell the revisions of its catalogs');
      pass(found);
      return 'idle';
    },
  });

  return {
    ...loop,
    follow(catalog, catchUp) {
      let isBusy = false;
      followers.push((found) => {
        if (isBusy) return;
        isBusy = true;
        catchUp(found[catalog])
          .catch((error: unknown) => tellProblem(catalog, error))
          .finally(() => {
            isBusy = false;
          });
      });
    },
    tell(found) {
      toldAt = performance.now();
      pass(found);
    },
  };
}

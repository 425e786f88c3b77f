import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { createListener } from '../listener.ts';
import type { Listener, ListenerOptions } from '../listener.ts';
import { statement } from '../statement.ts';

const channel = 'mood_promises';

const tellOfPromises = statement('tell-of-promises', {}, () => sql<never>`SELECT pg_notify(${sql.lit(channel)}, '')`);

/** Between two tellings, in milliseconds: a relay looks as often while there is something to do. */
const tellEveryMs = 100;

/** Tells the relays that the outbox may hold something new. */
export interface PromiseNews {
  /** To be called after the commit. Not waited for: what gets lost is found by the relays, which look by themselves. */
  tell(): void;
}

/**
 * Tells by NOTIFY, in a transaction of its own: in that of a change, commits would wait for one another. The first call is told at once, all
 * that come within the next tenth of a second together at its end.
 */
export function createPromiseNews(database: Pick<Database, 'query'>): PromiseNews {
  let isResting = false;
  let isOwed = false;

  function send(): void {
    isResting = true;
    isOwed = false;
    tellOfPromises.run(database.query, {}).catch(() => {});
    setTimeout(() => {
      isResting = false;
      if (isOwed) send();
    }, tellEveryMs).unref();
  }

  return {
    tell() {
      if (isResting) isOwed = true;
      else send();
    },
  };
}

/** Hears what `createPromiseNews` tells, by one connection of its own. */
export function createPromiseListener(options: Omit<ListenerOptions, 'name' | 'channel'>): Listener {
  return createListener({ ...options, name: 'promise news', channel });
}

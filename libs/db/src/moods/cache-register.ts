import { randomUUID } from 'node:crypto';
import type { CacheState } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { revisionColumns } from '../revision-watch.ts';
import type { Revisions } from '../revision-watch.ts';
import { statement } from '../statement.ts';

/** Where the cache stands, beside other columns. */
export interface CacheColumns {
  cache_closures: number;
  cache_epoch: string | null;
  cache_servers: string | null;
}

export const toCacheState = ({ cache_closures, cache_epoch, cache_servers }: CacheColumns): CacheState => ({
  closures: cache_closures,
  epoch: cache_epoch,
  servers: cache_servers,
});

/** What a look at the register finds, and, since it is made all the time, what else is looked for all the time. */
type Sight = CacheState & { mayOpen: boolean } & Revisions;

const seeCache = statement(
  'see-cache',
  { process: 'uuid', servers: 'text | null' },
  (_, { process, servers }) =>
    sql<Sight>`SELECT closures, epoch, servers, may_open AS "mayOpen", ${revisionColumns} FROM see_mood_cache(${process}, ${servers})`,
);

const openCache = statement(
  'open-cache',
  { closures: 'bigint', epoch: 'text', servers: 'text' },
  (_, { closures, epoch, servers }) => sql<{ opened: boolean }>`SELECT open_mood_cache(${closures}, ${epoch}, ${servers}) AS opened`,
);

const closeCache = statement(
  'close-cache',
  { epoch: 'text' },
  (_, { epoch }) => sql<CacheState>`SELECT closures, epoch, servers FROM close_mood_cache(${epoch})`,
);

/** The row that opens and closes the cache for all processes. @throws DependencyUnavailable */
export interface CacheRegister {
  /**
   * @param servers that this process reaches; null: none.
   * @returns where the cache stands, and while it is closed whether this process may open it: it is the one to do so of all that have looked in
   * the last two seconds, and all reach the same servers. Beside it the revisions of the catalogs.
   */
  see(servers: string | null): Promise<Sight>;
  /**
   * Opens it if it is still closed for that time, and all reach these servers.
   * @param closures when the caller saw it closed; it must have been closed for longer than a lease since. @returns whether it is open now.
   */
  open(closures: number, epoch: string, servers: string): Promise<boolean>;
  /** Closes it if it is open under this epoch. @returns where it stands then. */
  close(epoch: string): Promise<CacheState>;
}

/** For one process, which the database knows by an id that is made here. */
export function createCacheRegister(database: Pick<Database, 'query'>): CacheRegister {
  const processId = randomUUID();

  async function one<Row>(rows: Promise<Row[]>): Promise<Row> {
    const [row] = await rows;
    if (row === undefined) throw new Error('a function of the cache returned no row');
    return row;
  }

  return {
    see: (servers) => one(seeCache.run(database.query, { process: processId, servers })),
    open: async (closures, epoch, servers) => (await one(openCache.run(database.query, { closures, epoch, servers }))).opened,
    close: (epoch) => one(closeCache.run(database.query, { epoch })),
  };
}

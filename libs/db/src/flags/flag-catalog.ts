import type { FlagKey, FlagRule } from '@mood/domain';
import { endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import type { RevisionWatch } from '../revision-watch.ts';
import { statement } from '../statement.ts';
import { isKnown, toRule } from './flag-rows.ts';

// One row when nothing has changed: the revision alone. Otherwise every flag that is set, because there are few.
const changedFlags = statement(
  'changed-flags',
  { known: 'bigint' },
  (_, { known }) =>
    sql<{ revision: number; key: string | null; rule: unknown }>`SELECT c.revision, f.key, f.rule
      FROM mood_flag_catalog c LEFT JOIN mood_flags f ON c.revision <> ${known}`,
);

/** How long a start waits for the first reading. A database that does not answer by then is one that is down. */
const firstLookMs = 5_000;

export interface FlagCatalogOptions {
  logger: Logger;
  /** Looks for changes while it runs. */
  revisions: Pick<RevisionWatch, 'follow'>;
}

/** The rules that are set, as this process knows them. */
export interface FlagCatalog extends Service {
  /** undefined: nobody has set it, or nothing is known yet. Follows changes while the watch of revisions runs. */
  rule(key: string): FlagRule | undefined;
  /** Resolves when the rules have been read for the first time. */
  readonly known: Promise<void>;
  /** Reads changes now. @throws DependencyUnavailable. */
  refresh(): Promise<void>;
  /** Called with the flags whose rule has changed. */
  onChange(listener: (keys: FlagKey[]) => void): void;
}

/**
 * Keeps the rules of flags in memory and reads them anew when their revision has changed. While the database is down it goes on
 * with what it has. There is no message between processes that could be lost.
 */
export function createFlagCatalog(database: Database, { logger, revisions }: FlagCatalogOptions): FlagCatalog {
  let rules = new Map<FlagKey, FlagRule>();
  /** 0 before the first load; revisions begin at 1. */
  let revision = 0;
  /** One load at a time: of two side by side the older could come last. */
  let last = Promise.resolve();
  const listeners: ((keys: FlagKey[]) => void)[] = [];
  const known = Promise.withResolvers<void>();

  async function load(): Promise<void> {
    const rows = await changedFlags.run(database.query, { known: revision });
    const [first] = rows;
    if (first === undefined) throw new Error('mood_flag_catalog is empty');
    if (first.revision !== revision) replaceRules(rows);
    revision = first.revision;
    known.resolve();
  }

  function replaceRules(rows: readonly { key: string | null; rule: unknown }[]): void {
    const found = new Map<FlagKey, FlagRule>();
    for (const { key, rule: stored } of rows) {
      if (key === null || !isKnown(key)) continue;
      const rule = toRule(stored);
      if (rule === null) logger.error({ flag: key }, 'the rule of this flag cannot be read, and its default is used: set it anew');
      else found.set(key, rule);
    }
    const changed = [...new Set([...rules.keys(), ...found.keys()])].filter(
      (key) => JSON.stringify(rules.get(key)) !== JSON.stringify(found.get(key)),
    );
    rules = found;
    if (changed.length === 0) return;
    logger.info({ flags: changed }, 'feature flags are set');
    for (const tell of listeners) tell(changed);
  }

  function refresh(): Promise<void> {
    last = last.catch(() => {}).then(load);
    return last;
  }

  revisions.follow('flags', async (found) => {
    if (found !== revision) await refresh();
  });

  return {
    name: 'flags',
    async start() {
      // What fails is told of, and tried again, by the watch.
      await endsWithin(
        firstLookMs,
        refresh().catch(() => {}),
      );
    },
    async stop() {},
    rule: (key) => (isKnown(key) ? rules.get(key) : undefined),
    known: known.promise,
    refresh,
    onChange: (listener) => void listeners.push(listener),
  };
}

import { needs } from './application-role.ts';
import { columns } from './columns.ts';
import { recordAccess } from './audit/audit-log.ts';
import { ensureDataKey } from './audit/vault.ts';
import { answerConversation } from './auto-replies/auto-reply-store.ts';
import { receiveMany, receiveOne } from './auto-replies/receive-messages.ts';
import type { Fitness, Query, Statement } from './database.ts';
import { changeMood, changeMoods } from './moods/change-mood.ts';
import { migrations } from './migrations/index.ts';
import { expireMood } from './moods/mood-store.ts';
import { purgeRateLimits } from './purge.ts';
import { acceptTerms } from './terms/terms-store.ts';

/** `uuidv7()` came with it. As PostgreSQL counts: 18.0. */
const oldestServer = 180_000;

/** The function that a statement of ours calls, and with how many arguments: releases differ in them. */
function calledBy({ text }: Statement): { name: string; args: number } {
  const [, name = '', args = ''] = /\b(\w+)\((\$1\b[^)]*)\)/.exec(text) ?? [];
  return { name, args: args.split(',').length };
}

/** The functions of ours that running processes call. */
export const calledFunctions = [
  acceptTerms,
  answerConversation,
  changeMood,
  changeMoods,
  ensureDataKey,
  expireMood,
  purgeRateLimits,
  receiveMany,
  receiveOne,
  recordAccess,
].map(calledBy);

interface WantedRight {
  table: string;
  privilege: string;
  /** Undefined: on the whole table. */
  column?: string | undefined;
}

/** The names of the migrations are asked for by themselves. */
const wantedRights = Object.entries(needs)
  .filter(([table]) => table !== 'mood_migrations')
  .flatMap(([table, rights]) =>
    rights.flatMap((right): WantedRight[] => {
      const [, privilege = right, columns] = /^(\w+) \((.*)\)$/.exec(right) ?? [];
      return columns === undefined ? [{ table, privilege }] : columns.split(', ').map((column) => ({ table, privilege, column }));
    }),
  );

const wantedColumns = Object.entries(columns).flatMap(([table, names]) => names.map((column) => ({ table, column })));

interface Surroundings {
  versionNumber: number;
  version: string;
  isReadOnly: boolean;
  role: string;
  isMigrated: boolean;
  mayReadMigrations: boolean;
  missing: string[] | null;
  /** Of tables that are there. */
  missingColumns: string[] | null;
}

/** Works on every release of PostgreSQL that the driver speaks with, and in a database that holds nothing. */
const surroundings = {
  name: 'inspect-surroundings',
  text: `WITH ours AS (SELECT c.oid, c.relname, c.relnamespace FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public')
    SELECT current_setting('server_version_num')::int AS "versionNumber", current_setting('server_version') AS version,
      current_setting('transaction_read_only') = 'on' AS "isReadOnly", current_user AS role,
      EXISTS (SELECT 1 FROM ours WHERE relname = 'mood_migrations') AS "isMigrated",
      coalesce((SELECT has_column_privilege(oid, 'name', 'SELECT') AND has_schema_privilege(relnamespace, 'USAGE') FROM ours
        WHERE relname = 'mood_migrations'), false) AS "mayReadMigrations",
      (SELECT array_agg(lacking ORDER BY lacking) FROM (
        SELECT privilege || coalesce(' (' || col || ')', '') || ' on ' || name AS lacking
          FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (name, privilege, col)
          WHERE CASE WHEN col IS NULL THEN NOT EXISTS (SELECT 1 FROM ours WHERE relname = name AND has_table_privilege(oid, privilege))
            ELSE NOT EXISTS (SELECT 1 FROM ours JOIN pg_attribute a ON a.attrelid = oid
              WHERE relname = name AND attname = col AND has_column_privilege(oid, attnum, privilege)) END
        UNION ALL
        SELECT 'EXECUTE on ' || name || '()' FROM unnest($4::text[], $5::int[]) AS wanted (name, args)
          WHERE NOT EXISTS (SELECT 1 FROM pg_proc WHERE proname = name AND pronargs = args
            AND pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public') AND has_function_privilege(oid, 'EXECUTE'))) AS lacks) AS missing,
      (SELECT array_agg(wanted.name || '.' || col ORDER BY wanted.name, col) FROM unnest($6::text[], $7::text[]) AS wanted (name, col)
        JOIN ours ON relname = wanted.name
        WHERE NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = oid AND attname = col AND attnum > 0 AND NOT attisdropped)) AS "missingColumns"`,
};

const ranMigrations = { name: 'inspect-migrations', text: 'SELECT name FROM public.mood_migrations ORDER BY name' };

/** Looks at the server, the schema and this login's rights: two small statements. */
export async function inspectDatabase(query: Query): Promise<Fitness> {
  const [found] = await query<Surroundings>(surroundings, [
    wantedRights.map(({ table }) => table),
    wantedRights.map(({ privilege }) => privilege),
    wantedRights.map(({ column }) => column ?? null),
    calledFunctions.map(({ name }) => name),
    calledFunctions.map(({ args }) => args),
    wantedColumns.map(({ table }) => table),
    wantedColumns.map(({ column }) => column),
  ]);
  if (found === undefined) throw new Error('the database did not say what it is');
  return { isReadOnly: found.isReadOnly, problem: tooOld(found) ?? (await findMisfit(query, found)) };
}

/** @returns the problem with a server that is older than this system needs. */
function tooOld({ versionNumber, version }: Pick<Surroundings, 'versionNumber' | 'version'>): string | undefined {
  if (versionNumber >= oldestServer) return undefined;
  return `PostgreSQL ${Math.floor(oldestServer / 10_000)} or newer is needed, this is ${version.split(' ')[0]}`;
}

async function findMisfit(
  query: Query,
  { isMigrated, mayReadMigrations, role, missing, missingColumns }: Surroundings,
): Promise<string | undefined> {
  const needed = migrations.at(-1)?.name;
  const migrate = `this release needs ${needed}: npm run migrate`;
  if (!isMigrated) return `the schema is at nothing (this database was never migrated), ${migrate}`;
  if (!mayReadMigrations)
    return `the schema is at the state of an older release ("${role}" may not read the names in mood_migrations), ${migrate}, and GRANT mood_app TO "${role}"`;
  const ran = (await query<{ name: string }>(ranMigrations, [])).map(({ name }) => name);
  if (migrations.some(({ name }) => !ran.includes(name))) return `the schema is at ${ran.at(-1) ?? 'nothing'}, ${migrate}`;
  const problems = [
    ...(missing === null ? [] : [`and "${role}" lacks ${someOf(missing)}; ${migrate}, and GRANT mood_app TO "${role}"`]),
    ...(missingColumns === null
      ? []
      : [`without ${someOf(missingColumns)}; ${migrate}, and bring back from a backup the columns that were dropped`]),
  ];
  return problems.length === 0 ? undefined : `the schema is at ${ran.at(-1)}, ${problems.join('; it is ')}`;
}

const shownAtMost = 3;

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, shownAtMost).join(', ');
  return names.length > shownAtMost ? `${shown} and ${names.length - shownAtMost} more` : shown;
}

/**
 * For a command, which has no time to wait until somebody mends it.
 * @throws DatabaseUnfit when the server is too old, or a pooler takes the session away.
 */
export async function requireServer(database: { query: Query; findPoolerProblem(): Promise<string | undefined> }): Promise<void> {
  const pooler = await database.findPoolerProblem();
  if (pooler !== undefined) throw new DatabaseUnfit(pooler);
  const [found] = await database.query<Pick<Surroundings, 'versionNumber' | 'version'>>(serverVersion, []);
  const problem = found && tooOld(found);
  if (problem !== undefined) throw new DatabaseUnfit(problem);
}

const serverVersion = {
  name: 'server-version',
  text: `SELECT current_setting('server_version_num')::int AS "versionNumber", current_setting('server_version') AS version`,
};

/** The database answers, and is none that this system can work with as it is set up. The message says what to do. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
}

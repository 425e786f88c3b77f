import { columns } from './entities/index.ts';
import type { Fitness, Query } from './database.ts';
import { isMisfit } from './errors.ts';
import { grantedRights } from './schema/rights.ts';
import { definitionHash } from './schema/make-functions.ts';
import { readSchema } from './schema/sql-files.ts';
import type { Schema } from './schema/sql-files.ts';

/** `uuidv7()` came with it. As PostgreSQL counts: 18.0. */
const oldestServer = 180_000;

/** What this release needs of a database, as the statements ask for it. The names of the migrations are asked for by themselves. */
function wantedOf({ rights, migrations, functions }: Schema) {
  const granted = grantedRights(rights);
  const tables = granted.tables.filter(({ on }) => on !== 'mood_migrations');
  const wantedColumns = Object.entries(columns).flatMap(([table, names]) => names.map((column) => ({ table, column })));
  return {
    migrations: migrations.map(({ name }) => name),
    surroundings: [
      tables.map(({ on }) => on),
      tables.map(({ privilege }) => privilege),
      tables.map(({ column }) => column ?? null),
      granted.functions,
      wantedColumns.map(({ table }) => table),
      wantedColumns.map(({ column }) => column),
    ],
    functions: [functions.map(({ name }) => name), functions.map(({ hash }) => hash)],
  };
}

let wanted: ReturnType<typeof wantedOf> | undefined;
const wantedHere = (): ReturnType<typeof wantedOf> => (wanted ??= wantedOf(readSchema()));

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
  /** Absent where it has to be asked for by itself. */
  ran?: string[];
  odd?: string[];
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
        SELECT 'EXECUTE on ' || name || '()' FROM unnest($4::text[]) AS wanted (name)
          WHERE NOT EXISTS (SELECT 1 FROM pg_proc WHERE proname = name
            AND pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public') AND has_function_privilege(oid, 'EXECUTE'))) AS lacks) AS missing,
      (SELECT array_agg(wanted.name || '.' || col ORDER BY wanted.name, col) FROM unnest($5::text[], $6::text[]) AS wanted (name, col)
        JOIN ours ON relname = wanted.name
        WHERE NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = oid AND attname = col AND attnum > 0 AND NOT attisdropped)) AS "missingColumns"`,
};

const ranMigrations = { name: 'inspect-migrations', text: 'SELECT name FROM public.mood_migrations ORDER BY name' };

/**
 * The functions whose text is of an older release, or changed by hand. One that had ours before it got another is newer, and works: a text
 * stays compatible with the processes that are being replaced.
 */
const oddFunctionsOf = (
  names: string,
  hashes: string,
) => `SELECT wanted.name FROM unnest(${names}::text[], ${hashes}::text[]) AS wanted (name, hash)
    WHERE NOT EXISTS (SELECT 1 FROM public.mood_functions f WHERE f.name = wanted.name AND f.text_hash = hash)
      OR NOT EXISTS (SELECT 1 FROM public.mood_functions f JOIN pg_proc p ON p.proname = f.name AND p.pronamespace = 'public'::regnamespace
        WHERE f.name = wanted.name AND f.definition_hash = ${definitionHash})
    ORDER BY wanted.name`;
const oddFunctions = { name: 'inspect-functions', text: oddFunctionsOf('$1', '$2') };

/** All of it. Refused where a table is not there, or may not be read. */
const everything = {
  name: 'inspect-everything',
  text: `${surroundings.text}, ARRAY(SELECT name::text FROM public.mood_migrations ORDER BY name) AS ran,
    ARRAY(${oddFunctionsOf('$7', '$8')}) AS odd`,
};

/** @param wasFit when it was looked at last: then one statement finds that it still is. */
async function lookAround(query: Query, wasFit: boolean): Promise<Surroundings | undefined> {
  const { surroundings: wantedAround, functions } = wantedHere();
  if (wasFit) {
    try {
      const [found] = await query<Surroundings>(everything, [...wantedAround, ...functions]);
      return found;
    } catch (error) {
      if (!isMisfit(error)) throw error;
    }
  }
  const [found] = await query<Surroundings>(surroundings, wantedAround);
  return found;
}

/**
 * Looks at the server, the schema and this login's rights: one statement, or three small ones.
 * @param wasFit whether nothing was amiss when it was looked at last.
 */
export async function inspectDatabase(query: Query, wasFit = false): Promise<Fitness> {
  const found = await lookAround(query, wasFit);
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
  { isMigrated, mayReadMigrations, role, missing, missingColumns, ...asked }: Surroundings,
): Promise<string | undefined> {
  const { migrations, functions } = wantedHere();
  const needed = migrations.at(-1);
  const migrate = `this release needs ${needed}: npm run migrate`;
  if (!isMigrated) return `the schema is at nothing (this database was never migrated), ${migrate}`;
  if (!mayReadMigrations)
    return `the schema is at the state of an older release ("${role}" may not read the names in mood_migrations), ${migrate}, and GRANT mood_app TO "${role}"`;
  const ran = asked.ran ?? (await query<{ name: string }>(ranMigrations, [])).map(({ name }) => name);
  if (migrations.some((name) => !ran.includes(name))) return `the schema is at ${ran.at(-1) ?? 'nothing'}, ${migrate}`;
  const odd =
    missing === null && missingColumns === null
      ? (asked.odd ?? (await query<{ name: string }>(oddFunctions, functions)).map(({ name }) => name)).map((name) => `${name}()`)
      : [];
  const problems = [
    ...(odd.length === 0 ? [] : [`and ${someOf(odd)} ${odd.length === 1 ? 'has' : 'have'} another text; ${migrate}`]),
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

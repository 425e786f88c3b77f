import type { SqlFunction } from './sql-files.ts';

/** Runs SQL in the transaction of a migration. */
export type Execute = <Row extends object>(text: string) => Promise<Row[]>;

/** What PostgreSQL has made of a function's text (of `pg_proc p`): to be compared with what it was, on every release of PostgreSQL alike. */
export const definitionHash = `encode(sha256(convert_to(concat_ws(E'\\n', p.prosecdef, p.provolatile, p.proconfig::text, p.prosrc), 'UTF8')), 'hex')`;

const ours = `pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'public'`;

/**
 * Makes every function whose text is another than the one that the database has, be it of another release or changed by hand.
 * @returns their names.
 */
export async function makeFunctions(functions: readonly SqlFunction[], execute: Execute): Promise<string[]> {
  const [found] = await execute<{ isNew: boolean }>(`SELECT to_regclass('public.mood_functions') IS NULL AS "isNew"`);
  const known =
    found?.isNew === true
      ? []
      : await execute<{ name: string; hash: string }>(
          `SELECT f.name, f.text_hash AS hash FROM mood_functions f JOIN ${ours} ON p.proname = f.name AND ${definitionHash} = f.definition_hash`,
        );
  const changed = functions.filter(({ name, hash }) => !known.some((one) => one.name === name && one.hash === hash));
  for (const { text } of changed) await execute(text);
  return changed.map(({ name }) => name);
}

/** Remembers which texts the database has now. Processes look for theirs. */
export async function recordFunctions(functions: readonly SqlFunction[], execute: Execute): Promise<void> {
  if (functions.length === 0) return;
  const made = functions.map(({ name, hash }) => `('${name}', '${hash}')`).join(', ');
  await execute(`INSERT INTO mood_functions (name, text_hash, definition_hash)
    SELECT made.name, made.hash, ${definitionHash} FROM (VALUES ${made}) made (name, hash) JOIN ${ours} ON p.proname = made.name
    ON CONFLICT (name, text_hash) DO UPDATE SET definition_hash = excluded.definition_hash, made_at = excluded.made_at`);
}

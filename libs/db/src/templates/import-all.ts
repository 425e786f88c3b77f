import { createTimeSlices, draftOf } from '@mood/domain';
import type { ImportedTemplate, ImportOptions, ImportRow, TemplateChange, TemplateDraft } from '@mood/domain';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database, Query } from '../database.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import {
  fingerprint,
  lockCatalog,
  recordOf,
  selectedColumns,
  setChange,
  toTemplate,
  writtenAssignments,
  writtenColumns,
  writtenValues,
} from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** Rows per statement. */
const batchSize = 500;

const insert = statement(
  'import-new-templates',
  { templates: 'json', by: 'uuid | null' },
  (_, { templates, by }) => sql<never>`INSERT INTO mood_messaging_templates (id, ${writtenColumns}, created_by)
    SELECT r.id, ${writtenValues}, ${by} FROM json_populate_recordset(NULL::mood_messaging_templates, ${templates}) r`,
);

const change = statement(
  'import-changed-templates',
  { templates: 'json' },
  (_, { templates }) => sql<never>`UPDATE mood_messaging_templates t SET ${writtenAssignments}
    FROM json_populate_recordset(NULL::mood_messaging_templates, ${templates}) r WHERE t.id = r.id`,
);

const firstToCompare = statement(
  'first-templates-to-compare',
  {},
  () => sql<TemplateRow>`SELECT ${selectedColumns} FROM mood_messaging_templates t ORDER BY t.id LIMIT ${batchSize}`,
);
const nextToCompare = statement(
  'next-templates-to-compare',
  { after: 'uuid' },
  (_, { after }) =>
    sql<TemplateRow>`SELECT ${selectedColumns} FROM mood_messaging_templates t WHERE t.id > ${after} ORDER BY t.id LIMIT ${batchSize}`,
);

const readRevision = statement('read-template-revision', {}, (db) => db.selectFrom('mood_template_catalog').select('revision'));

interface PlannedRow extends ImportedTemplate {
  draft: TemplateDraft;
}

interface Plan {
  /** Of the catalog that the rows were compared with. */
  revision: number;
  rows: PlannedRow[];
}

/**
 * See `TemplateStore.importAll`. The rows are compared with a snapshot, which locks nothing. Only what is written is written under the
 * catalog's lock, and when somebody was quicker, the rows are compared once more under it.
 */
export async function importAll(
  database: Database,
  rows: readonly ImportRow[],
  { changedBy: by, reason }: TemplateChange,
  { dryRun, progress }: ImportOptions,
): Promise<ImportedTemplate[]> {
  const seen = await database.readSnapshot(async (query) => ({
    revision: await revisionBy(query, readRevision),
    known: await readAll(query),
  }));
  const outlook: Plan = { revision: seen.revision, rows: await planRows(rows, seen.known) };
  if (dryRun || outlook.rows.every(({ outcome }) => outcome === 'left')) return outcomesOf(outlook);
  return database.transaction(async (query) => {
    const revision = await revisionBy(query, lockCatalog);
    const plan: Plan = revision === outlook.revision ? outlook : { revision, rows: await planRows(rows, await readAll(query)) };
    await setChange.run(query, { by, reason });
    const created = plan.rows.filter(({ outcome }) => outcome === 'created');
    const changed = plan.rows.filter(({ outcome }) => outcome === 'changed');
    const total = created.length + changed.length;
    let written = 0;
    for (const batch of batchesOf(created)) {
      await insert.run(query, { templates: jsonOf(batch), by });
      await progress('written', (written += batch.length), total);
    }
    for (const batch of batchesOf(changed)) {
      await change.run(query, { templates: jsonOf(batch) });
      await progress('written', (written += batch.length), total);
    }
    return outcomesOf(plan);
  });
}

const outcomesOf = ({ rows }: Plan): ImportedTemplate[] => rows.map(({ id, outcome }) => ({ id, outcome }));

async function revisionBy(query: Query, reading: typeof readRevision): Promise<number> {
  const [row] = await reading.run(query, {});
  if (row === undefined) throw new Error('mood_template_catalog is empty');
  return row.revision;
}

/** The fingerprint of every template, by id. In pages, so that reading thousands of them holds nobody up. */
async function readAll(query: Query): Promise<Map<string, string>> {
  const prints = new Map<string, string>();
  let page = await firstToCompare.run(query, {});
  while (page.length > 0) {
    for (const row of page) prints.set(row.id, fingerprint(toTemplate(row)));
    const last = page.at(-1);
    page = last === undefined || page.length < batchSize ? [] : await nextToCompare.run(query, { after: last.id });
  }
  return prints;
}

/**
 * A row without an id is compared with what there will be once the rows with ids are written, not with what is there now: a
 * template that this import changes no longer equals what it was.
 * @param known the id and the fingerprint of every template that is there.
 */
async function planRows(rows: readonly ImportRow[], known: ReadonlyMap<string, string>): Promise<PlannedRow[]> {
  const giveWay = createTimeSlices();
  const printOfId = new Map(known);
  for (const row of rows) {
    if (row.id !== undefined) printOfId.set(row.id, fingerprint(row));
    await giveWay();
  }
  const idOfEqual = new Map<string, string>();
  for (const [id, print] of printOfId) {
    idOfEqual.set(print, id);
    await giveWay();
  }
  const planned: PlannedRow[] = [];
  for (const row of rows) {
    await giveWay();
    const draft = draftOf(row);
    const print = fingerprint(draft);
    if (row.id !== undefined) {
      const there = known.get(row.id);
      planned.push({ id: row.id, outcome: there === undefined ? 'created' : there === print ? 'left' : 'changed', draft });
      continue;
    }
    const equal = idOfEqual.get(print);
    const id = equal ?? uuidv7();
    if (equal === undefined) idOfEqual.set(print, id);
    planned.push({ id, outcome: equal === undefined ? 'created' : 'left', draft });
  }
  return planned;
}

function* batchesOf<T>(items: readonly T[]): Generator<T[]> {
  for (let begin = 0; begin < items.length; begin += batchSize) yield items.slice(begin, begin + batchSize);
}

const jsonOf = (batch: readonly PlannedRow[]): string => toJson(batch.map(({ id, draft }) => ({ id, ...recordOf(draft) })));

import { createTimeSlices, draftOf } from '@mood/domain';
import type { ImportedTemplate, ImportOptions, ImportRow, TemplateChange, TemplateDraft } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database, Query, Statement } from '../database.ts';
import { draftColumns, fingerprint, lockCatalog, setChange, templateColumns, toTemplate, variablesOf } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** Rows per statement. */
const batchSize = 500;

const recordset = `jsonb_to_recordset($1::jsonb) AS r(id uuid, mood_state text, template_type text, tier_level text, content text,
  priority integer, active boolean, locale text, experiment text, weight integer, variables jsonb)`;

const insert = {
  name: 'import-new-templates',
  text: `INSERT INTO mood_messaging_templates (id, ${draftColumns}, variables, created_by)
    SELECT r.id, r.mood_state, r.template_type, r.tier_level, r.content, r.priority, r.active, r.locale, r.experiment, r.weight,
      r.variables, $2::uuid FROM ${recordset}`,
};

const change = {
  name: 'import-changed-templates',
  text: `UPDATE mood_messaging_templates t SET mood_state = r.mood_state, template_type = r.template_type, tier_level = r.tier_level,
      content = r.content, priority = r.priority, active = r.active, locale = r.locale, experiment = r.experiment, weight = r.weight,
      variables = r.variables
    FROM ${recordset} WHERE t.id = r.id`,
};

const firstToCompare = {
  name: 'first-templates-to-compare',
  text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t ORDER BY t.id LIMIT $1`,
};
const nextToCompare = {
  name: 'next-templates-to-compare',
  text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t WHERE t.id > $2 ORDER BY t.id LIMIT $1`,
};

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
    await query(setChange, [by, reason]);
    const created = plan.rows.filter(({ outcome }) => outcome === 'created');
    const changed = plan.rows.filter(({ outcome }) => outcome === 'changed');
    const total = created.length + changed.length;
    let written = 0;
    for (const batch of batchesOf(created)) {
      await query(insert, [toJson(batch), by]);
      await progress('written', (written += batch.length), total);
    }
    for (const batch of batchesOf(changed)) {
      await query(change, [toJson(batch)]);
      await progress('written', (written += batch.length), total);
    }
    return outcomesOf(plan);
  });
}

const outcomesOf = ({ rows }: Plan): ImportedTemplate[] => rows.map(({ id, outcome }) => ({ id, outcome }));

const readRevision = {
  name: 'read-template-revision',
  text: `SELECT revision FROM mood_template_catalog`,
};

async function revisionBy(query: Query, statement: Statement): Promise<number> {
  const [row] = await query<{ revision: number }>(statement, []);
  if (row === undefined) throw new Error('mood_template_catalog is empty');
  return row.revision;
}

/** The fingerprint of every template, by id. In pages, so that reading thousands of them holds nobody up. */
async function readAll(query: Query): Promise<Map<string, string>> {
  const prints = new Map<string, string>();
  let page = await query<TemplateRow>(firstToCompare, [batchSize]);
  while (page.length > 0) {
    for (const row of page) prints.set(row.id, fingerprint(toTemplate(row)));
    const last = page.at(-1)?.id;
    page = page.length < batchSize ? [] : await query<TemplateRow>(nextToCompare, [batchSize, last]);
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

function toJson(batch: readonly PlannedRow[]): string {
  return JSON.stringify(
    batch.map(({ id, draft }) => ({
      id,
      mood_state: draft.moodState,
      template_type: draft.templateType,
      tier_level: draft.tierLevel,
      content: draft.content,
      priority: draft.priority,
      active: draft.active,
      locale: draft.locale,
      experiment: draft.experiment,
      weight: draft.weight,
      variables: JSON.parse(variablesOf(draft.content)),
    })),
  );
}

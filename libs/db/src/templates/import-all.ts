import { draftOf } from '@mood/domain';
import type { ImportedTemplate, ImportOptions, ImportRow, TemplateChange, TemplateDraft } from '@mood/domain';
import { v7 as uuidv7 } from 'uuid';
import type { Database, Query } from '../database.ts';
import { draftColumns, templateColumns, toTemplate, variablesOf } from './template-rows.ts';
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

interface PlannedRow extends ImportedTemplate {
  draft: TemplateDraft;
}

/** See `TemplateStore.importAll`. Nobody else writes templates meanwhile. */
export function importAll(
  database: Database,
  rows: readonly ImportRow[],
  { changedBy, reason }: TemplateChange,
  { dryRun, progress }: ImportOptions,
): Promise<ImportedTemplate[]> {
  return database.transaction(async (query) => {
    await query({ name: 'lock-template-catalog', text: `SELECT revision FROM mood_template_catalog FOR UPDATE` }, []);
    const planned = plan(rows, await readAll(query));
    if (!dryRun) {
      await query(
        { name: 'set-template-change', text: `SELECT set_config('mood.changed_by', $1, true), set_config('mood.change_reason', $2, true)` },
        [changedBy ?? '', reason ?? ''],
      );
      const created = planned.filter(({ outcome }) => outcome === 'created');
      const changed = planned.filter(({ outcome }) => outcome === 'changed');
      const total = created.length + changed.length;
      let written = 0;
      for (const batch of batchesOf(created)) {
        await query(insert, [toJson(batch), changedBy]);
        await progress('written', (written += batch.length), total);
      }
      for (const batch of batchesOf(changed)) {
        await query(change, [toJson(batch)]);
        await progress('written', (written += batch.length), total);
      }
    }
    return planned.map(({ id, outcome }) => ({ id, outcome }));
  });
}

async function readAll(query: Query): Promise<Map<string, string>> {
  const rows = await query<TemplateRow>(
    { name: 'all-templates-to-compare', text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t` },
    [],
  );
  return new Map(rows.map((row) => [row.id, fingerprint(toTemplate(row))]));
}

/**
 * A row without an id is compared with what there will be once the rows with ids are written, not with what is there now: a
 * template that this import changes no longer equals what it was.
 * @param known the id and the fingerprint of every template that is there.
 */
function plan(rows: readonly ImportRow[], known: ReadonlyMap<string, string>): PlannedRow[] {
  const printOfId = new Map(known);
  for (const row of rows) if (row.id !== undefined) printOfId.set(row.id, fingerprint(row));
  const idOfEqual = new Map(Array.from(printOfId, ([id, print]) => [print, id]));
  return rows.map((row) => {
    const draft = draftOf(row);
    const print = fingerprint(draft);
    if (row.id === undefined) {
      const equal = idOfEqual.get(print);
      if (equal !== undefined) return { id: equal, outcome: 'left', draft };
      const id = uuidv7();
      idOfEqual.set(print, id);
      return { id, outcome: 'created', draft };
    }
    const there = known.get(row.id);
    return { id: row.id, outcome: there === undefined ? 'created' : there === print ? 'left' : 'changed', draft };
  });
}

const fingerprint = (draft: TemplateDraft): string => JSON.stringify(draftOf(draft));

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

import { draftOf, inspectTemplate, templateVariablesOf } from '@mood/domain';
import type { Template, TemplateDraft } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import { statement } from '../statement.ts';
import type { Tables } from '../statement.ts';

/** What an administrator decides about. */
const draftColumns = [
  'mood_state',
  'template_type',
  'tier_level',
  'content',
  'priority',
  'active',
  'locale',
  'experiment',
  'weight',
] as const;
const columns = ['id', ...draftColumns, 'version', 'created_by', 'created_at', 'updated_at'] as const;

export type TemplateRow = Pick<Selectable<Tables['mood_messaging_templates']>, (typeof columns)[number]>;

export const templateColumns = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ');

/** The columns of `TemplateRow`, of the table `t`. */
export const selectedColumns = sql.raw(templateColumns('t'));

/** What an administrator decides about, of a table of that name. */
export const draftOfTable = (alias: string) => sql.raw(draftColumns.map((column) => `${alias}.${column}`).join(', '));

const written = [...draftColumns, 'variables'];
/** The columns that a draft writes, and the same of a table `r` of records. */
export const writtenColumns = sql.raw(written.join(', '));
export const writtenValues = sql.raw(written.map((column) => `r.${column}`).join(', '));
export const writtenAssignments = sql.raw(written.map((column) => `${column} = r.${column}`).join(', '));

export function toTemplate(row: TemplateRow): Template {
  return {
    id: row.id,
    moodState: row.mood_state,
    templateType: row.template_type,
    tierLevel: row.tier_level,
    content: row.content,
    priority: row.priority,
    active: row.active,
    locale: row.locale,
    experiment: row.experiment,
    weight: row.weight,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A draft as a record of the table: `json_populate_record` reads it. The contract's column `variables` has what the content uses. */
export const recordOf = (draft: TemplateDraft) => ({
  mood_state: draft.moodState,
  template_type: draft.templateType,
  tier_level: draft.tierLevel,
  content: draft.content,
  priority: draft.priority,
  active: draft.active,
  locale: draft.locale,
  experiment: draft.experiment,
  weight: draft.weight,
  variables: templateVariablesOf(inspectTemplate(draft.content).parsed),
});

/** Equal fingerprints: templates that do not differ in anything that an administrator decides about. */
export const fingerprint = (draft: TemplateDraft): string => JSON.stringify(draftOf(draft));

/** The triggers that append a version read from the transaction who makes the change, and why. */
export const changedBy = (by: RawBuilder<string | null>, reason: RawBuilder<string | null>) =>
  sql`set_config('mood.changed_by', coalesce(${by}::text, ''), true), set_config('mood.change_reason', coalesce(${reason}, ''), true)`;

/** For several statements of one transaction. */
export const setChange = statement(
  'set-template-change',
  { by: 'uuid | null', reason: 'text | null' },
  (_, { by, reason }) => sql<object>`SELECT ${changedBy(by, reason)}`,
);

/** Writers of templates go one after the other: whoever holds this row sees what all before it have written, and nothing changes meanwhile. */
export const lockCatalog = statement('lock-template-catalog', {}, (db) =>
  db.selectFrom('mood_template_catalog').select('revision').forUpdate(),
);

import { draftOf, inspectTemplate, templateVariablesOf } from '@mood/domain';
import type { Template, TemplateDraft } from '@mood/domain';

export interface TemplateRow {
  id: string;
  mood_state: TemplateDraft['moodState'];
  template_type: TemplateDraft['templateType'];
  tier_level: TemplateDraft['tierLevel'];
  content: string;
  priority: number;
  active: boolean;
  locale: string | null;
  experiment: string | null;
  weight: number;
  version: number;
  created_by: string | null;
  created_at: Date;
  updated_at: Date;
}

export const draftColumns = 'mood_state, template_type, tier_level, content, priority, active, locale, experiment, weight';

export const templateColumns = (alias: string) =>
  `id, ${draftColumns}, version, created_by, created_at, updated_at`
    .split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ');

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

/** The contract's column `variables`: what the content uses, as JSON. */
export const variablesOf = (content: string): string => JSON.stringify(templateVariablesOf(inspectTemplate(content).parsed));

/** The values of `draftColumns` and of `variables`, in this order. */
export const valuesOf = (draft: TemplateDraft): unknown[] => [
  draft.moodState,
  draft.templateType,
  draft.tierLevel,
  draft.content,
  draft.priority,
  draft.active,
  draft.locale,
  draft.experiment,
  draft.weight,
  variablesOf(draft.content),
];

/** Equal fingerprints: templates that do not differ in anything that an administrator decides about. */
export const fingerprint = (draft: TemplateDraft): string => JSON.stringify(draftOf(draft));

/** The triggers that append a version read from the transaction who makes the change, and why. */
export const changedBy = (by: string, reason: string): string =>
  `set_config('mood.changed_by', coalesce(${by}::text, ''), true), set_config('mood.change_reason', coalesce(${reason}::text, ''), true)`;

/** For several statements of one transaction. $1: the administrator, or null; $2: the reason, or null. */
export const setChange = { name: 'set-template-change', text: `SELECT ${changedBy('$1', '$2')}` };

/** Writers of templates go one after the other: whoever holds this row sees what all before it have written, and nothing changes meanwhile. */
export const lockCatalog = { name: 'lock-template-catalog', text: `SELECT revision FROM mood_template_catalog FOR UPDATE` };

import { inspectTemplate, templateVariablesOf } from '@mood/domain';
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

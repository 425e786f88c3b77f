import type { TemplateChange, TemplateDraft, TemplateUpdate } from '@mood/domain';
import type { Database } from '../database.ts';
import { changedBy, draftColumns, fingerprint, templateColumns, toTemplate, valuesOf } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

const read = {
  name: 'read-template-to-replace',
  text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t WHERE t.id = $1`,
};

const ofTemplate = draftColumns.replaceAll(/\w+/g, 't.$&');

// One conditional statement: of two writers who edited the same version, or who write the same, the second finds nothing to do.
const update = {
  name: 'update-template',
  text: `WITH who AS MATERIALIZED (SELECT ${changedBy('$1', '$2')})
    UPDATE mood_messaging_templates t SET mood_state = $3, template_type = $4, tier_level = $5, content = $6, priority = $7, active = $8,
      locale = $9, experiment = $10, weight = $11, variables = $12::jsonb
    FROM who WHERE t.id = $13 AND ($14::integer IS NULL OR t.version = $14)
      AND (${ofTemplate}) IS DISTINCT FROM ($3, $4, $5, $6, $7, $8, $9, $10, $11)
    RETURNING ${templateColumns('t')}`,
};

export interface Replacement {
  id: string;
  draft: TemplateDraft;
  /** The version that was edited; null: whatever is current. */
  expectedVersion: number | null;
  change: TemplateChange;
}

/** Replaces a template as a new version, unless nothing would be different. What is refused, or changes nothing, waits for no lock. */
export async function replaceTemplate(database: Database, replacement: Replacement): Promise<TemplateUpdate> {
  const { id, draft, expectedVersion, change } = replacement;
  // Where the statement finds nothing to do, somebody else was quicker: what is there now decides.
  for (;;) {
    const [before] = await database.query<TemplateRow>(read, [id]);
    if (before === undefined) return { kind: 'not_found' };
    const current = toTemplate(before);
    if (expectedVersion !== null && expectedVersion !== current.version) return { kind: 'stale', currentVersion: current.version };
    if (fingerprint(draft) === fingerprint(current)) return { kind: 'unchanged', template: current };
    const values = [change.changedBy, change.reason, ...valuesOf(draft), id, expectedVersion];
    const [after] = await database.query<TemplateRow>(update, values);
    if (after !== undefined) return { kind: 'changed', template: toTemplate(after) };
  }
}

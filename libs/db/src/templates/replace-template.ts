import type { TemplateChange, TemplateDraft, TemplateUpdate } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import { changedBy, draftOfTable, fingerprint, recordOf, selectedColumns, toTemplate, writtenAssignments } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

const read = statement(
  'read-template-to-replace',
  { id: 'uuid' },
  (_, { id }) => sql<TemplateRow>`SELECT ${selectedColumns} FROM mood_messaging_templates t WHERE t.id = ${id}`,
);

// One conditional statement: of two writers who edited the same version, or who write the same, the second finds nothing to do.
const update = statement(
  'update-template',
  { id: 'uuid', expectedVersion: 'integer | null', draft: 'json', by: 'uuid | null', reason: 'text | null' },
  (_, { id, expectedVersion, draft, by, reason }) => sql<TemplateRow>`WITH who AS MATERIALIZED (SELECT ${changedBy(by, reason)})
    UPDATE mood_messaging_templates t SET ${writtenAssignments}
    FROM who, json_populate_record(NULL::mood_messaging_templates, ${draft}) r
    WHERE t.id = ${id} AND (${expectedVersion} IS NULL OR t.version = ${expectedVersion})
      AND (${draftOfTable('t')}) IS DISTINCT FROM (${draftOfTable('r')})
    RETURNING ${selectedColumns}`,
);

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
    const [before] = await read.run(database.query, { id });
    if (before === undefined) return { kind: 'not_found' };
    const current = toTemplate(before);
    if (expectedVersion !== null && expectedVersion !== current.version) return { kind: 'stale', currentVersion: current.version };
    if (fingerprint(draft) === fingerprint(current)) return { kind: 'unchanged', template: current };
    const [after] = await update.run(database.query, {
      id,
      expectedVersion,
      draft: toJson(recordOf(draft)),
      by: change.changedBy,
      reason: change.reason,
    });
    if (after !== undefined) return { kind: 'changed', template: toTemplate(after) };
  }
}

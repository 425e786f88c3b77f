import type { Template } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { selectedColumns, toTemplate } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** A few hundred kilobytes, and about a millisecond of work. */
const batchSize = 200;

const filter = { moodState: 'text | null', templateType: 'text | null' } as const;

const fits = (moodState: RawBuilder<string | null>, templateType: RawBuilder<string | null>) =>
  sql`(${moodState} IS NULL OR t.mood_state = ${moodState}) AND (${templateType} IS NULL OR t.template_type = ${templateType})`;

const first = statement(
  'first-batch-of-templates',
  filter,
  (_, { moodState, templateType }) => sql<TemplateRow>`SELECT ${selectedColumns} FROM mood_messaging_templates t
    WHERE ${fits(moodState, templateType)} ORDER BY t.created_at, t.id LIMIT ${batchSize}`,
);
// The database compares its own times: those of JavaScript end at milliseconds. When a template was made does not change.
const next = statement(
  'next-batch-of-templates',
  { ...filter, after: 'uuid' },
  (_, { moodState, templateType, after }) => sql<TemplateRow>`SELECT ${selectedColumns} FROM mood_messaging_templates t
    WHERE ${fits(moodState, templateType)}
      AND (t.created_at, t.id) > (SELECT l.created_at, l.id FROM mood_messaging_templates l WHERE l.id = ${after})
    ORDER BY t.created_at, t.id LIMIT ${batchSize}`,
);

/** Every template, or every one of a mood and type, once, oldest first, in batches, of which none is read before the one before it was taken. */
export async function* readBatches(
  database: Database,
  { moodState = null, templateType = null }: Partial<Record<'moodState' | 'templateType', string | null>> = {},
): AsyncGenerator<Template[]> {
  let rows = await first.run(database.query, { moodState, templateType });
  while (rows.length > 0) {
    yield rows.map(toTemplate);
    const last = rows.at(-1);
    rows = last === undefined || rows.length < batchSize ? [] : await next.run(database.query, { moodState, templateType, after: last.id });
  }
}

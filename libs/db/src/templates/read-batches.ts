import type { Template, TemplateFilter } from '@mood/domain';
import type { Database } from '../database.ts';
import { templateColumns, toTemplate } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** A few hundred kilobytes, and about a millisecond of work. */
const batchSize = 200;

const fits = '($2::text IS NULL OR t.mood_state = $2) AND ($3::text IS NULL OR t.template_type = $3)';

const first = {
  name: 'first-batch-of-templates',
  text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t
    WHERE ${fits} ORDER BY t.created_at, t.id LIMIT $1`,
};
// The database compares its own times: those of JavaScript end at milliseconds. When a template was made does not change.
const next = {
  name: 'next-batch-of-templates',
  text: `SELECT ${templateColumns('t')} FROM mood_messaging_templates t
    WHERE ${fits} AND (t.created_at, t.id) > (SELECT l.created_at, l.id FROM mood_messaging_templates l WHERE l.id = $4)
    ORDER BY t.created_at, t.id LIMIT $1`,
};

/** Every template, or every one of a mood and type, once, oldest first, in batches, of which none is read before the one before it was taken. */
export async function* readBatches(
  database: Database,
  { moodState, templateType }: Pick<TemplateFilter, 'moodState' | 'templateType'> = {},
): AsyncGenerator<Template[]> {
  const values = [batchSize, moodState ?? null, templateType ?? null];
  let rows = await database.query<TemplateRow>(first, values);
  while (rows.length > 0) {
    yield rows.map(toTemplate);
    const last = rows.at(-1)?.id;
    rows = rows.length < batchSize ? [] : await database.query<TemplateRow>(next, [...values, last]);
  }
}

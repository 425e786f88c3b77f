import type { Template, TemplateFilter, TemplatePage } from '@mood/domain';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { selectedColumns, toTemplate } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** With a null that is a value (`tierLevel`, `locale`) comes whether it is asked for. */
const filters = {
  moodState: 'text | null',
  templateType: 'text | null',
  anyTier: 'text',
  tierLevel: 'text | null',
  isActive: 'text | null',
  anyLocale: 'text',
  locale: 'text | null',
  experiment: 'text | null',
} as const;

type Given = { [Name in keyof typeof filters]: RawBuilder<string | null> };

const fits = ({ moodState, templateType, anyTier, tierLevel, isActive, anyLocale, locale, experiment }: Given) =>
  sql`(${moodState} IS NULL OR t.mood_state = ${moodState}) AND (${templateType} IS NULL OR t.template_type = ${templateType})
    AND (${anyTier} = 'any' OR t.tier_level IS NOT DISTINCT FROM ${tierLevel}) AND (${isActive} IS NULL OR t.active = (${isActive} = 'true'))
    AND (${anyLocale} = 'any' OR t.locale IS NOT DISTINCT FROM ${locale}) AND (${experiment} IS NULL OR t.experiment = ${experiment})`;

const page = statement(
  'template-page',
  { ...filters, afterMicros: 'bigint | null', afterId: 'uuid | null', offset: 'integer', rows: 'integer' },
  (_, { afterMicros, afterId, offset, rows, ...given }) => sql<TemplateRow & { micros: string }>`SELECT ${selectedColumns},
      (extract(epoch FROM t.created_at) * 1000000)::bigint::text AS micros
    FROM mood_messaging_templates t
    WHERE ${fits(given)}
      AND (${afterMicros} IS NULL OR (t.created_at, t.id) < (timestamptz 'epoch' + ${afterMicros} * interval '1 microsecond', ${afterId}))
    ORDER BY t.created_at DESC, t.id DESC OFFSET ${offset} LIMIT ${rows}`,
);

const count = statement(
  'template-count',
  filters,
  (_, given) => sql<{ total: number }>`SELECT count(*) AS total FROM mood_messaging_templates t WHERE ${fits(given)}`,
);

/** See `TemplateStore.list`. A page costs what it shows and what its offset leaves out, and counting all that fit. */
export async function listTemplates(
  database: Database,
  filter: TemplateFilter,
  { limit, offset, cursor = null }: TemplatePage,
): Promise<{ templates: Template[]; total: number; nextCursor: string | null }> {
  const after = cursor === null ? null : readCursor(cursor);
  const given = {
    moodState: filter.moodState ?? null,
    templateType: filter.templateType ?? null,
    anyTier: filter.tierLevel === undefined ? 'any' : 'one',
    tierLevel: filter.tierLevel ?? null,
    isActive: filter.active === undefined ? null : String(filter.active),
    anyLocale: filter.locale === undefined ? 'any' : 'one',
    locale: filter.locale ?? null,
    experiment: filter.experiment ?? null,
  };
  // One more than asked for says whether there is more.
  const place = { afterMicros: after?.micros ?? null, afterId: after?.id ?? null, offset, rows: limit + 1 };
  const [rows, [counted]] = await Promise.all([page.run(database.query, { ...given, ...place }), count.run(database.query, given)]);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    templates: rows.slice(0, limit).map(toTemplate),
    total: counted?.total ?? 0,
    nextCursor: last === undefined ? null : writeCursor(last),
  };
}

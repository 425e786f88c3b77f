import type { Template, TemplateStore } from '@mood/domain';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { TemplateEntity, TemplateVersionEntity } from '../entities/index.ts';
import { toJson } from '../json.ts';
import { statement } from '../statement.ts';
import { importAll } from './import-all.ts';
import { listTemplates } from './list-templates.ts';
import { readBatches } from './read-batches.ts';
import { replaceTemplate } from './replace-template.ts';
import { changedBy, recordOf, selectedColumns, toTemplate, writtenColumns, writtenValues } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

const create = statement(
  'create-template',
  { draft: 'json', by: 'uuid | null', reason: 'text | null' },
  (_, { draft, by, reason }) => sql<TemplateRow>`WITH who AS MATERIALIZED (SELECT ${changedBy(by, reason)})
    INSERT INTO mood_messaging_templates AS t (${writtenColumns}, created_by)
    SELECT ${writtenValues}, ${by} FROM who, json_populate_record(NULL::mood_messaging_templates, ${draft}) r RETURNING ${selectedColumns}`,
);

const usageOf = statement('template-usage', { id: 'uuid', from: 'date', to: 'date' }, (db, { id, from, to }) =>
  db
    .selectFrom('mood_template_usage as u')
    .select([sql<string>`to_char(u.day, 'YYYY-MM-DD')`.as('day'), 'u.rendered', 'u.sent', 'u.failed'])
    .where('u.template_id', '=', id)
    .where(sql<boolean>`u.day BETWEEN ${from} AND ${to}`)
    .orderBy('u.day'),
);

export function createTemplateStore(database: Database): TemplateStore {
  const find = (id: string): Promise<Template | null> => database.work((em) => em.findOne(TemplateEntity, { id }));
  const findVersion = (id: string, version: number) =>
    database.work((em) => em.findOne(TemplateVersionEntity, { templateId: id, version }));

  return {
    find,
    findVersion,

    async create(draft, change) {
      const [row] = await create.run(database.query, { draft: toJson(recordOf(draft)), by: change.changedBy, reason: change.reason });
      if (row === undefined) throw new Error('creating a template returned no row');
      return toTemplate(row);
    },

    update: (id, draft, expectedVersion, change) => replaceTemplate(database, { id, draft, expectedVersion, change }),

    async rollBack(id, version, change) {
      const old = await findVersion(id, version);
      if (old === null) return null;
      const outcome = await replaceTemplate(database, { id, draft: old, expectedVersion: null, change });
      return outcome.kind === 'changed' || outcome.kind === 'unchanged' ? outcome.template : null;
    },

    list: (filter, page) => listTemplates(database, filter, page),

    async candidates(moodState, templateType) {
      const found: Template[] = [];
      for await (const batch of readBatches(database, { moodState, templateType })) found.push(...batch);
      return found;
    },

    versions: (id, page) =>
      database.work(async (em) => {
        const options = { ...page, orderBy: { version: 'desc' } } as const;
        const [versions, total] = await em.findAndCount(TemplateVersionEntity, { templateId: id }, options);
        return total === 0 ? null : { versions, total };
      }),

    batches: () => readBatches(database),

    all: () => database.work((em) => em.find(TemplateEntity, {}, { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })),

    importAll: (rows, change, options) => importAll(database, rows, change, options),

    usage: (id, from, to) => usageOf.run(database.query, { id, from, to }),
  };
}

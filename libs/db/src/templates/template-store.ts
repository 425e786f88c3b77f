import type { Template, TemplateFilter, TemplateStore, TemplateUsage } from '@mood/domain';
import type { FilterQuery, InferEntity } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { TemplateEntity, TemplateVersionEntity } from '../entities/index.ts';
import { importAll } from './import-all.ts';
import { readBatches } from './read-batches.ts';
import { replaceTemplate } from './replace-template.ts';
import { changedBy, draftColumns, templateColumns, toTemplate, valuesOf } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

const create = {
  name: 'create-template',
  text: `WITH who AS MATERIALIZED (SELECT ${changedBy('$1', '$2')})
    INSERT INTO mood_messaging_templates AS t (${draftColumns}, variables, created_by)
    SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $1::uuid FROM who RETURNING ${templateColumns('t')}`,
};

export function createTemplateStore(database: Database): TemplateStore {
  const find = (id: string): Promise<Template | null> => database.work((em) => em.findOne(TemplateEntity, { id }));
  const findVersion = (id: string, version: number) =>
    database.work((em) => em.findOne(TemplateVersionEntity, { templateId: id, version }));

  return {
    find,
    findVersion,

    async create(draft, change) {
      const [row] = await database.query<TemplateRow>(create, [change.changedBy, change.reason, ...valuesOf(draft)]);
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

    async list(filter, page) {
      const [templates, total] = await database.work((em) =>
        em.findAndCount(TemplateEntity, whereOf(filter), { ...page, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
      );
      return { templates, total };
    },

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

    usage: (id, from, to) =>
      database.query<TemplateUsage>(
        {
          name: 'template-usage',
          text: `SELECT to_char(day, 'YYYY-MM-DD') AS day, rendered, sent, failed FROM mood_template_usage
            WHERE template_id = $1 AND day BETWEEN $2 AND $3 ORDER BY mood_template_usage.day`,
        },
        [id, from, to],
      ),
  };
}

/** What is undefined is not filtered by; null is. */
function whereOf(filter: TemplateFilter): FilterQuery<InferEntity<typeof TemplateEntity>> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

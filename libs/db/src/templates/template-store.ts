import type { Template, TemplateChange, TemplateDraft, TemplateFilter, TemplateStore, TemplateUsage } from '@mood/domain';
import type { FilterQuery } from '@mikro-orm/core';
import type { Database } from '../database.ts';
import { TemplateEntity, TemplateVersionEntity } from '../entities/index.ts';
import { importAll } from './import-all.ts';
import { draftColumns, templateColumns, toTemplate, variablesOf } from './template-rows.ts';
import type { TemplateRow } from './template-rows.ts';

/** The triggers that append a version read from the transaction who makes the change, and why. */
const who = (changedBy: string, reason: string) =>
  `WITH who AS MATERIALIZED (SELECT set_config('mood.changed_by', coalesce(${changedBy}::text, ''), true),
    set_config('mood.change_reason', coalesce(${reason}::text, ''), true))`;

const create = {
  name: 'create-template',
  text: `${who('$1', '$2')}
    INSERT INTO mood_messaging_templates AS t (${draftColumns}, variables, created_by)
    SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $1::uuid FROM who RETURNING ${templateColumns('t')}`,
};

// One conditional statement: of two writers who edited the same version, the second finds that it is not there any more.
const update = {
  name: 'update-template',
  text: `${who('$1', '$2')}
    UPDATE mood_messaging_templates t SET mood_state = $3, template_type = $4, tier_level = $5, content = $6, priority = $7, active = $8,
      locale = $9, experiment = $10, weight = $11, variables = $12::jsonb
    FROM who WHERE t.id = $13 AND ($14::integer IS NULL OR t.version = $14) RETURNING ${templateColumns('t')}`,
};

const rollBack = {
  name: 'roll-back-template',
  text: `${who('$1', '$2')}
    UPDATE mood_messaging_templates t SET mood_state = v.mood_state, template_type = v.template_type, tier_level = v.tier_level,
      content = v.content, priority = v.priority, active = v.active, locale = v.locale, experiment = v.experiment, weight = v.weight,
      variables = $5::jsonb
    FROM who, mood_template_versions v WHERE t.id = $3 AND v.template_id = t.id AND v.version = $4 RETURNING ${templateColumns('t')}`,
};

const valuesOf = (draft: TemplateDraft, change: TemplateChange): unknown[] => [
  change.changedBy,
  change.reason,
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

export function createTemplateStore(database: Database): TemplateStore {
  const find = (id: string): Promise<Template | null> => database.work((em) => em.findOne(TemplateEntity, { id }));
  const findVersion = (id: string, version: number) =>
    database.work((em) => em.findOne(TemplateVersionEntity, { templateId: id, version }));

  return {
    find,
    findVersion,

    async create(draft, change) {
      const [row] = await database.query<TemplateRow>(create, valuesOf(draft, change));
      if (row === undefined) throw new Error('creating a template returned no row');
      return toTemplate(row);
    },

    async update(id, draft, expectedVersion, change) {
      const [row] = await database.query<TemplateRow>(update, [...valuesOf(draft, change), id, expectedVersion]);
      if (row !== undefined) return { kind: 'changed', template: toTemplate(row) };
      const current = await find(id);
      return current === null ? { kind: 'not_found' } : { kind: 'stale', currentVersion: current.version };
    },

    async rollBack(id, version, change) {
      const old = await findVersion(id, version);
      if (old === null) return null;
      const values = [change.changedBy, change.reason, id, version, variablesOf(old.content)];
      const [row] = await database.query<TemplateRow>(rollBack, values);
      return row === undefined ? null : toTemplate(row);
    },

    async list(filter, page) {
      const [templates, total] = await database.work((em) =>
        em.findAndCount(TemplateEntity, whereOf(filter), { ...page, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
      );
      return { templates, total };
    },

    candidates: (moodState, templateType) => database.work((em) => em.find(TemplateEntity, { moodState, templateType })),

    versions: (id, page) =>
      database.work(async (em) => {
        const options = { ...page, orderBy: { version: 'desc' } } as const;
        const [versions, total] = await em.findAndCount(TemplateVersionEntity, { templateId: id }, options);
        return total === 0 ? null : { versions, total };
      }),

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
function whereOf(filter: TemplateFilter): FilterQuery<Template> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

import { defineEntity, p } from '@mikro-orm/core';
import { moodStates, templateTypes, userTiers } from '@mood/domain';
import type { TemplateDraft } from '@mood/domain';

/** Only read through the mapper: a change is one conditional statement of its own. */
export const TemplateEntity = defineEntity({
  name: 'MoodTemplate',
  tableName: 'mood_messaging_templates',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    moodState: p.enum(moodStates).columnType('varchar(20)'),
    templateType: p.enum(templateTypes).columnType('varchar(50)'),
    tierLevel: p.enum(userTiers).columnType('varchar(20)').strictNullable(),
    content: p.text(),
    priority: p.integer().default(100),
    active: p.boolean().default(true),
    locale: p.string().length(35).strictNullable(),
    experiment: p.string().length(60).strictNullable(),
    weight: p.integer().default(1),
    variables: p.json<string[]>().defaultRaw(`'[]'`).lazy(),
    version: p.integer().default(1),
    revision: p.bigint('number').defaultRaw('1').lazy(),
    createdBy: p.uuid().strictNullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** Append-only: what each template was, at each version. Written by a trigger. */
export const TemplateVersionEntity = defineEntity({
  name: 'MoodTemplateVersion',
  tableName: 'mood_template_versions',
  properties: {
    templateId: p.uuid().primary(),
    version: p.integer().primary(),
    moodState: p.string().length(20).$type<TemplateDraft['moodState']>(),
    templateType: p.string().length(50).$type<TemplateDraft['templateType']>(),
    tierLevel: p.string().length(20).$type<NonNullable<TemplateDraft['tierLevel']>>().strictNullable(),
    content: p.text(),
    priority: p.integer(),
    active: p.boolean(),
    locale: p.string().length(35).strictNullable(),
    experiment: p.string().length(60).strictNullable(),
    weight: p.integer().default(1),
    changedBy: p.uuid().strictNullable(),
    reason: p.text().strictNullable(),
    changedAt: p.datetime(6).defaultRaw('now()').fieldName('created_at'),
  },
});

/** One row: the revision of the last change of any template. */
export const TemplateCatalogEntity = defineEntity({
  name: 'MoodTemplateCatalog',
  tableName: 'mood_template_catalog',
  properties: {
    onlyRow: p.boolean().primary().default(true),
    revision: p.bigint('number'),
  },
});

export const TemplateUsageEntity = defineEntity({
  name: 'MoodTemplateUsage',
  tableName: 'mood_template_usage',
  properties: {
    templateId: p.uuid().primary(),
    /** The driver reads a date as a `Date` in the zone of the process: select it with `to_char`. */
    day: p.date().primary(),
    rendered: p.bigint('number').defaultRaw('0'),
    sent: p.bigint('number').defaultRaw('0'),
    failed: p.bigint('number').defaultRaw('0'),
  },
});

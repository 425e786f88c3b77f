import { defineEntity, p, sql } from '@mikro-orm/core';
import { moodStates, templateTypes, userTiers } from '@mood/domain';

/** A performer, as far as this system knows one: that it exists, and since when. */
export const PerformerEntity = defineEntity({
  name: 'Performer',
  tableName: 'performers',
  properties: {
    id: p.uuid().primary(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

export const TermsAcceptanceEntity = defineEntity({
  name: 'TermsAcceptance',
  tableName: 'mood_terms_acceptances',
  properties: {
    modelId: p.uuid().primary(),
    termsVersion: p.string().primary(),
    acceptedAt: p.datetime().defaultRaw('now()'),
  },
});

export const TemplateEntity = defineEntity({
  name: 'MoodTemplate',
  tableName: 'mood_messaging_templates',
  properties: {
    id: p
      .uuid()
      .primary()
      .default(sql`uuidv7()`),
    moodState: p.enum(moodStates),
    templateType: p.enum(templateTypes),
    tierLevel: p.enum(userTiers).strictNullable(),
    content: p.text(),
    variables: p.json<string[]>(),
    priority: p.integer(),
    active: p.boolean(),
    version: p.integer().default(1),
    createdBy: p.uuid().strictNullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});

/** Append-only: what each template was, at each version. */
export const TemplateVersionEntity = defineEntity({
  name: 'MoodTemplateVersion',
  tableName: 'mood_template_versions',
  properties: {
    templateId: p.uuid().primary(),
    version: p.integer().primary(),
    moodState: p.enum(moodStates),
    templateType: p.enum(templateTypes),
    tierLevel: p.enum(userTiers).strictNullable(),
    content: p.text(),
    priority: p.integer(),
    active: p.boolean(),
    changedBy: p.uuid().strictNullable(),
    reason: p.text().strictNullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

export const entities = [PerformerEntity, TermsAcceptanceEntity, TemplateEntity, TemplateVersionEntity] as const;

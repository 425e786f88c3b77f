import { defineEntity, p } from '@mikro-orm/core';
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

const draftProperties = {
  moodState: p.enum(moodStates),
  templateType: p.enum(templateTypes),
  tierLevel: p.enum(userTiers).strictNullable(),
  content: p.text(),
  priority: p.integer(),
  active: p.boolean(),
  locale: p.string().strictNullable(),
  experiment: p.string().strictNullable(),
  weight: p.integer(),
};

/** Only read through the mapper: a change is one conditional statement of its own. */
export const TemplateEntity = defineEntity({
  name: 'MoodTemplate',
  tableName: 'mood_messaging_templates',
  properties: {
    id: p.uuid().primary(),
    ...draftProperties,
    version: p.integer(),
    createdBy: p.uuid().strictNullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** Append-only: what each template was, at each version. Written by a trigger. */
export const TemplateVersionEntity = defineEntity({
  name: 'MoodTemplateVersion',
  tableName: 'mood_template_versions',
  properties: {
    templateId: p.uuid().primary(),
    version: p.integer().primary(),
    ...draftProperties,
    changedBy: p.uuid().strictNullable(),
    reason: p.text().strictNullable(),
    changedAt: p.datetime().fieldName('created_at'),
  },
});

export const entities = [PerformerEntity, TermsAcceptanceEntity, TemplateEntity, TemplateVersionEntity] as const;

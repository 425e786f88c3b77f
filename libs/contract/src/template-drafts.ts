import { moodStates, templateTypes, userTiers } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { described, idSchema, moodStateSchema } from './fields.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { reasonSchema } from './reason.ts';
import { experimentSchema, localeSchema, templateTypeSchema, userTierSchema } from './template-fields.ts';

const oneOf = (values: readonly string[]) => `expected one of ${values.join(', ')}`;
const maxInteger = 2_147_483_647;
const priorityRange = `expected a whole number from -${maxInteger} to ${maxInteger}`;

export const maxExperimentWeight = 1_000;

/** What an administrator writes. What is left out takes its default: nothing is merged with what was there. */
export const templateDraftSchema = z.strictObject({
  moodState: z.enum(moodStates, oneOf(moodStates)),
  templateType: z.enum(templateTypes, oneOf(templateTypes)),
  tierLevel: z
    .enum(userTiers, `${oneOf(userTiers)}, or null for every tier`)
    .nullable()
    .default(null),
  content: z.string('expected the text of the template'),
  priority: fieldWithDefault(z.int(priorityRange).min(-maxInteger, priorityRange).max(maxInteger, priorityRange), 100),
  active: fieldWithDefault(z.boolean('expected true or false'), true),
  locale: localeSchema.nullable().default(null),
  experiment: experimentSchema.nullable().default(null),
  weight: fieldWithDefault(
    z
      .int(`expected a whole number from 1 to ${maxExperimentWeight}`)
      .min(1, 'expected at least 1: to rest a variant, set active to false')
      .max(maxExperimentWeight),
    1,
  ),
});

/** The same fields as answers show them. */
export const draftShape = {
  moodState: moodStateSchema,
  templateType: templateTypeSchema,
  tierLevel: described(userTierSchema.nullable(), 'null: for every tier, and for users whose tier is unknown.'),
  content: z.string(),
  priority: z.int().meta({ description: 'Higher wins.' }),
  active: z.boolean(),
  locale: z.string().nullable().meta({ description: 'null: for every locale, and for users whose locale is unknown.', example: 'fr' }),
  experiment: z.string().nullable().meta({ description: 'The experiment that this template is a variant of.' }),
  weight: z.int().meta({ description: 'The share of users that get this variant, in relation to the weights of the others.' }),
} satisfies Record<keyof typeof templateDraftSchema.shape, z.ZodType>;

export const versionNumberSchema = z.int('expected the number of a version').min(1).max(maxInteger);

/** How an administrator creates a template, or replaces one. */
export const saveTemplateSchema = templateDraftSchema
  .extend({
    moodState: moodStateSchema,
    templateType: templateTypeSchema,
    content: templateDraftSchema.shape.content.meta({
      description: 'Plain text of up to 2,000 characters with `{{variable}}` or `{{variable|fallback}}`.',
      example: 'Hi {{userName|there}}, how lovely to see you!',
    }),
    id: optionalField(idSchema),
    version: optionalField(versionNumberSchema).meta({ description: 'The version that was edited.' }),
    reason: optionalField(reasonSchema).meta({ description: 'Why, for the record of versions.' }),
  })
  .meta({ id: 'TemplateDraft' });

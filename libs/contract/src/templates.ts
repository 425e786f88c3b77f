import { z } from 'zod';
import { errorOf } from './errors.ts';
import { answeredIdSchema, flagSchema, modelIdSchema, moodStateSchema, timestampSchema, userIdSchema } from './fields.ts';
import { optionalField } from './optional-field.ts';
import { requestLocaleSchema, templateTypeSchema, timeZoneSchema, userTierSchema, variableNamesSchema } from './template-fields.ts';
import { givenVariablesSchema } from './template-values.ts';

const experimentUserSchema = userIdSchema.meta({ description: 'ID of the user, who always gets the same variant of an experiment.' });

export const templateQuerySchema = z.strictObject({
  modelId: modelIdSchema,
  templateType: templateTypeSchema,
  userTier: userTierSchema.optional(),
  userId: experimentUserSchema.optional(),
  locale: requestLocaleSchema.optional(),
  explain: flagSchema.default('false').meta({ description: 'For administrators: adds every candidate, and why it won or lost.' }),
});

export const templateExplanationSchema = z
  .object({
    total: z.int().min(0).meta({ description: 'Templates of the mood and type, in use or not.' }),
    candidates: z
      .array(
        z.object({
          id: answeredIdSchema,
          version: z.int().min(1),
          tierLevel: userTierSchema.nullable(),
          locale: z.string().nullable(),
          priority: z.int(),
          active: z.boolean(),
          experiment: z.string().nullable(),
          weight: z.int(),
          createdAt: timestampSchema,
          won: z.boolean(),
          reason: z.string().meta({ example: 'Lost by priority: 100 is lower than 200.' }),
        }),
      )
      .meta({ description: 'First those that fit, as they rank, then those that do not. At most 100.' }),
  })
  .meta({ id: 'TemplateExplanation' });

export const foundTemplateSchema = z
  .object({
    template: z.string().meta({ example: 'Thank you so much {{userName}} for the {{currency}}{{amount}} tip!' }),
    moodState: moodStateSchema,
    variables: variableNamesSchema,
    explanation: templateExplanationSchema.optional(),
  })
  .meta({ id: 'FoundTemplate' });

export const templateNotFoundErrorSchema = errorOf(['MODEL_NOT_FOUND', 'TEMPLATE_NOT_FOUND'])
  .extend({ explanation: templateExplanationSchema.optional() })
  .meta({ id: 'TemplateNotFound' });

export const renderRequestSchema = z
  .strictObject({
    modelId: modelIdSchema,
    templateType: templateTypeSchema,
    userTier: userTierSchema.nullable().default(null).meta({
      description: 'When absent, the tier of `userId` as the User Service has it; without `userId` none.',
    }),
    userId: experimentUserSchema.nullable().default(null),
    variables: givenVariablesSchema,
    locale: requestLocaleSchema.nullable().default(null),
    timeZone: optionalField(timeZoneSchema),
  })
  .meta({ id: 'RenderRequest' });

export const renderedMessageSchema = z
  .object({
    renderedMessage: z.string().meta({ description: 'Plain text, not HTML.', example: 'Thank you so much John123 for the $50 tip!' }),
    moodState: moodStateSchema,
  })
  .meta({ id: 'RenderedMessage' });

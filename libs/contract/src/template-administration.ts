import { templateVariables, userTiers } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, cursorField, flagSchema, moodStateSchema, pageQuery, timestampSchema, wholeNumberField } from './fields.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { reasonSchema } from './reason.ts';
import { draftShape, versionNumberSchema } from './template-drafts.ts';
import {
  experimentSchema,
  requestLocaleSchema,
  templateTypeSchema,
  timeZoneSchema,
  userTierSchema,
  variableNamesSchema,
} from './template-fields.ts';
import { givenVariablesSchema } from './template-values.ts';

export const templateSchema = z
  .object({
    id: answeredIdSchema,
    ...draftShape,
    variables: variableNamesSchema,
    neverUsable: z.string().nullable().meta({
      description:
        'Why it can never be sent: it needs a value that messages of its type never have, or has nothing to show without it. null: it can.',
      example: null,
    }),
    hints: z
      .array(z.object({ message: z.string(), line: z.int().min(1), column: z.int().min(1) }))
      .meta({ description: 'What may go wrong, as the preview says it: variables that may have no value, and no fallback.' }),
    version: z.int().min(1),
    createdAt: timestampSchema,
    createdBy: answeredIdSchema.nullable().meta({ description: 'null: it came with the system, or from its command line.' }),
    updatedAt: timestampSchema,
  })
  .meta({ id: 'Template' });

const noneOr = <S extends z.ZodType>(schema: S, what: string) =>
  z.union([z.literal('none'), schema], `expected one of its values, or none for templates without ${what}`).optional();

export const templatePageQuerySchema = z.strictObject({
  moodState: moodStateSchema.optional(),
  templateType: templateTypeSchema.optional(),
  tierLevel: noneOr(userTierSchema, 'tier'),
  active: flagSchema.optional(),
  locale: noneOr(requestLocaleSchema, 'locale'),
  experiment: experimentSchema.optional(),
  cursor: cursorField(200, ', in the place of an `offset`: what is added meanwhile does not shift the page'),
  ...pageQuery(1_000, 100),
});

export const templatePageSchema = z
  .object({
    templates: z.array(templateSchema),
    total: z.int().min(0),
    more: z.boolean().meta({ description: 'Whether there are templates after this page.' }),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
    limit: z.int(),
    offset: z.int(),
  })
  .meta({ id: 'TemplatePage' });

export const previewRequestSchema = z
  .strictObject({
    content: z
      .string('expected the text of the template')
      .meta({ example: 'Thank you so much {{userName}} for the {{currency}}{{amount}} tip!' }),
    moodState: fieldWithDefault(moodStateSchema, 'positive'),
    templateType: fieldWithDefault(templateTypeSchema, 'greeting'),
    userTier: fieldWithDefault(z.enum([...userTiers, 'none'], `expected one of ${userTiers.join(', ')}, or none`), 'gold').meta({
      description: '`none`: that of a user whose tier is not known.',
    }),
    variables: givenVariablesSchema,
    locale: optionalField(requestLocaleSchema),
    timeZone: optionalField(timeZoneSchema),
  })
  .meta({ id: 'PreviewRequest' });

export const templatePreviewSchema = z
  .object({
    text: z.string().meta({ example: 'Thank you so much John123 for the $50 tip!' }),
    variables: variableNamesSchema,
    warnings: z.array(
      z.object({
        severity: z.enum(['error', 'hint']).meta({ description: '`error`: saving is refused.' }),
        message: z.string(),
        line: z.int().min(1),
        column: z.int().min(1).meta({ description: 'Counts characters from 1.' }),
      }),
    ),
    removed: z
      .array(
        z.object({
          variable: z.enum(templateVariables),
          what: z.enum(['markup', 'hidden_character', 'policy']).meta({
            description: '`policy`: the whole value counts as not given.',
          }),
          text: z.string(),
        }),
      )
      .meta({ description: 'What was taken out of the given values, by variable.' }),
  })
  .meta({ id: 'TemplatePreview' });

const authorshipShape = {
  version: z.int().min(1),
  changedBy: answeredIdSchema
    .nullable()
    .meta({ description: 'The administrator; null: it came with the system, or from its command line.' }),
  reason: z.string().nullable(),
  changedAt: timestampSchema,
};

export const versionPageQuerySchema = z.strictObject(pageQuery(100, 20));

export const templateVersionSchema = z.object({ ...authorshipShape, ...draftShape }).meta({ id: 'TemplateVersion' });

export const templateVersionPageSchema = z
  .object({ versions: z.array(templateVersionSchema), total: z.int().min(1), limit: z.int(), offset: z.int() })
  .meta({ id: 'TemplateVersionPage' });

const versionInQuery = wholeNumberField(1, 2_147_483_647, 'expected the number of a version');

export const differenceQuerySchema = z.strictObject({ from: versionInQuery, to: versionInQuery });

const fieldValueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const templateDifferenceSchema = z
  .object({
    from: z.object(authorshipShape),
    to: z.object(authorshipShape),
    changes: z.array(z.object({ field: z.string().meta({ example: 'priority' }), from: fieldValueSchema, to: fieldValueSchema })),
    contentParts: z
      .array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() }))
      .meta({ description: 'The content word by word; empty when it did not change.' }),
    text: z.string().meta({
      description: 'All of it to read: `[-removed-]`, `{+added+}`.',
      example: 'Version 1 → 2\npriority: 100 → 200\ncontent: Thank you[- very-]{+ so+} much!',
    }),
  })
  .meta({ id: 'TemplateDifference' });

export const templateRollbackSchema = z
  .strictObject({
    version: versionNumberSchema,
    reason: reasonSchema.meta({ example: 'The new wording confused users.' }),
  })
  .meta({ id: 'TemplateRollback' });

import { createRoute, z } from '@hono/zod-openapi';
import {
  draftOf,
  experimentSchema,
  fieldWithDefault,
  inspectTemplate,
  neverUsable,
  optionalField,
  reasonSchema,
  templateDraftSchema,
  templateHints,
  templateVariables,
  templateVariablesOf,
  userTiers,
} from '@mood/domain';
import type { Template, TemplateFilter } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, idSchema, ofDomain, pageQuery, timestampSchema } from '../http/contract.ts';
import { moodStateSchema } from '../moods/mood-schemas.ts';
import {
  requestLocaleSchema,
  templateTypeSchema,
  timeZoneSchema,
  userTierSchema,
  variableNamesSchema,
  givenVariablesSchema,
} from '../templates/template-schemas.ts';

export const templateAdministrators: Access = { roles: ['admin'], refusal: 'Only administrators manage templates.' };
/** Reading is for every administrator, changing for those whom the platform trusts with it. */
export const templateEditors: Access = { ...templateAdministrators, scope: 'templates:write' };

export const adminsOnly = 'For administrators.';
export const editorsOnly = 'For administrators with the scope `templates:write`.';

/** The fields that an administrator decides about, as answers show them. */
export const draftShape = {
  moodState: moodStateSchema,
  templateType: templateTypeSchema,
  tierLevel: userTierSchema.nullable().openapi({ description: 'null: for every tier, and for users whose tier is unknown.' }),
  content: z.string(),
  priority: z.int().openapi({ description: 'Higher wins.' }),
  active: z.boolean(),
  locale: z.string().nullable().openapi({ description: 'null: for every locale, and for users whose locale is unknown.', example: 'fr' }),
  experiment: z.string().nullable().openapi({ description: 'The experiment that this template is a variant of.' }),
  weight: z.int().openapi({ description: 'The share of users that get this variant, in relation to the weights of the others.' }),
};

export const templateSchema = z
  .object({
    id: z.uuid(),
    ...draftShape,
    variables: variableNamesSchema,
    neverUsable: z.string().nullable().openapi({
      description: 'Why it can never be sent: it needs a value that messages of its type never have. null: it can.',
      example: null,
    }),
    hints: z
      .array(z.object({ message: z.string(), line: z.int().min(1), column: z.int().min(1) }))
      .openapi({ description: 'What may go wrong, as the preview says it: variables that may have no value, and no fallback.' }),
    version: z.int().min(1),
    createdAt: timestampSchema,
    createdBy: z.uuid().nullable().openapi({ description: 'null: it came with the system, or from its command line.' }),
    updatedAt: timestampSchema,
  })
  .openapi('Template');

const draftBody = templateDraftSchema.extend({
  moodState: moodStateSchema,
  templateType: templateTypeSchema,
  content: ofDomain(templateDraftSchema.shape.content).openapi({
    description: 'Plain text of up to 2,000 characters with `{{variable}}` or `{{variable|fallback}}`.',
    example: 'Hi {{userName|there}}, how lovely to see you!',
  }),
});

export const saveTemplateRoute = createRoute({
  method: 'post',
  path: '/admin/mood/template',
  operationId: 'saveTemplate',
  tags: ['Template administration'],
  summary: 'Create or replace a template',
  description: `${editorsOnly} Without \`id\` a template is created. With \`id\` it is replaced as a new version: what is left out takes its default. When nothing would be different, the template is answered as it is, with its version. Give the \`version\` that you edited: when somebody else changed the template since, the answer is 409 and nothing is written.`,
  ...openTo(templateEditors),
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: draftBody
            .extend({
              id: optionalField(idSchema),
              version: optionalField(z.int('expected the number of a version').min(1).max(2_147_483_647)).openapi({
                description: 'The version that was edited.',
              }),
              reason: optionalField(reasonSchema).openapi({ description: 'Why, for the record of versions.' }),
            })
            .openapi('TemplateDraft'),
        },
      },
    },
  },
  responses: {
    200: { description: 'The template as stored.', content: { 'application/json': { schema: templateSchema } } },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...errorAnswers.conflict,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

const noneOr = <S extends z.ZodType>(schema: S, what: string) =>
  z.union([z.literal('none'), schema], `expected one of its values, or none for templates without ${what}`).optional();

export const listTemplatesRoute = createRoute({
  method: 'get',
  path: '/admin/mood/templates',
  operationId: 'listTemplates',
  tags: ['Template administration'],
  summary: 'List templates',
  description: `${adminsOnly} Newest first, of the same moment by ID.`,
  ...openTo(templateAdministrators),
  request: {
    query: z.strictObject({
      moodState: moodStateSchema.optional(),
      templateType: templateTypeSchema.optional(),
      tierLevel: noneOr(userTierSchema, 'tier'),
      active: z.enum(['true', 'false'], 'expected true or false').optional(),
      locale: noneOr(requestLocaleSchema, 'locale'),
      experiment: ofDomain(experimentSchema).optional(),
      ...pageQuery(1_000, 100),
    }),
  },
  responses: {
    200: {
      description: 'A page of templates.',
      content: {
        'application/json': {
          schema: z
            .object({
              templates: z.array(templateSchema),
              total: z.int().min(0),
              more: z.boolean().openapi({ description: 'Whether there are templates after this page.' }),
              limit: z.int(),
              offset: z.int(),
            })
            .openapi('TemplatePage'),
        },
      },
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

/** One of the templates that every system begins with. */
const seededTemplateId = '019b76da-a800-73ca-8f27-947c742b78a0';

export const templateParams = z.object({
  id: idSchema.openapi({ param: { name: 'id', in: 'path', description: 'ID of the template.' }, example: seededTemplateId }),
});

export const readTemplateRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}',
  operationId: 'readTemplate',
  tags: ['Template administration'],
  summary: 'Read a template',
  description: adminsOnly,
  ...openTo(templateAdministrators),
  request: { params: templateParams },
  responses: {
    200: { description: 'The template.', content: { 'application/json': { schema: templateSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...commonErrors,
  },
});

export const previewTemplateRoute = createRoute({
  method: 'post',
  path: '/admin/mood/template/preview',
  operationId: 'previewTemplate',
  tags: ['Template administration'],
  summary: 'Preview a template',
  description: `${adminsOnly} Renders a text that is not saved, with sample values where none are given, warns of what saving would refuse, and says what was taken out of the values.`,
  ...openTo(templateAdministrators),
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              content: z
                .string('expected the text of the template')
                .openapi({ example: 'Thank you so much {{userName}} for the {{currency}}{{amount}} tip!' }),
              moodState: fieldWithDefault(moodStateSchema, 'positive'),
              templateType: fieldWithDefault(templateTypeSchema, 'greeting'),
              userTier: fieldWithDefault(
                z.enum([...userTiers, 'none'], `expected one of ${userTiers.join(', ')}, or none`),
                'gold',
              ).openapi({
                description: '`none`: that of a user whose tier is not known.',
              }),
              variables: givenVariablesSchema,
              locale: optionalField(requestLocaleSchema),
              timeZone: optionalField(timeZoneSchema),
            })
            .openapi('PreviewRequest'),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The preview.',
      content: {
        'application/json': {
          schema: z
            .object({
              text: z.string().openapi({ example: 'Thank you so much John123 for the $50 tip!' }),
              variables: variableNamesSchema,
              warnings: z.array(
                z.object({
                  severity: z.enum(['error', 'hint']).openapi({ description: '`error`: saving is refused.' }),
                  message: z.string(),
                  line: z.int().min(1),
                  column: z.int().min(1).openapi({ description: 'Counts characters from 1.' }),
                }),
              ),
              removed: z
                .array(
                  z.object({
                    variable: z.enum(templateVariables),
                    what: z.enum(['markup', 'hidden_character', 'policy']).openapi({
                      description: '`policy`: the whole value counts as not given.',
                    }),
                    text: z.string(),
                  }),
                )
                .openapi({ description: 'What was taken out of the given values, by variable.' }),
            })
            .openapi('TemplatePreview'),
        },
      },
    },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export function toTemplateBody(template: Template): z.input<typeof templateSchema> {
  return {
    id: template.id,
    ...draftOf(template),
    variables: templateVariablesOf(inspectTemplate(template.content).parsed),
    neverUsable: neverUsable(template),
    hints: templateHints(template).map(({ message, line, column }) => ({ message, line, column })),
    version: template.version,
    createdAt: template.createdAt.toISOString(),
    createdBy: template.createdBy,
    updatedAt: template.updatedAt.toISOString(),
  };
}

type ListQuery = z.output<typeof listTemplatesRoute.request.query>;

export function toFilter({ moodState, templateType, tierLevel, active, locale, experiment }: ListQuery): TemplateFilter {
  return {
    moodState,
    templateType,
    tierLevel: tierLevel === 'none' ? null : tierLevel,
    active: active === undefined ? undefined : active === 'true',
    locale: locale === 'none' ? null : locale,
    experiment,
  };
}

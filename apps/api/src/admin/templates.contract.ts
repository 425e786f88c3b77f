import { idSchema } from '@mood/contract/fields';
import {
  previewRequestSchema,
  templatePageQuerySchema,
  templatePageSchema,
  templatePreviewSchema,
  templateSchema,
} from '@mood/contract/template-administration';
import { saveTemplateSchema } from '@mood/contract/template-drafts';
import { createRoute } from '@hono/zod-openapi';
import { draftOf, inspectTemplate, neverUsable, templateHints, templateVariablesOf } from '@mood/domain';
import type { Template, TemplateFilter } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';

export const templateAdministrators: Access = { roles: ['admin'], refusal: 'Only administrators manage templates.' };
/** Every administrator may read templates; changing them takes the scope `templates:write`. */
export const templateEditors: Access = { ...templateAdministrators, scope: 'templates:write' };

export const adminsOnly = 'For administrators.';
export const editorsOnly = 'For administrators with the scope `templates:write`.';

export const saveTemplateRoute = createRoute({
  method: 'post',
  path: '/admin/mood/template',
  operationId: 'saveTemplate',
  tags: ['Template administration'],
  summary: 'Create or replace a template',
  description: `${editorsOnly} Without \`id\` a template is created. With \`id\` it is replaced as a new version: what is left out takes its default. If nothing differs, the answer is the unchanged template, with its version. Give the \`version\` that you edited: when somebody else changed the template since, the answer is 409 and nothing is written.`,
  ...openTo(templateEditors),
  request: {
    body: {
      required: true,
      content: json(saveTemplateSchema),
    },
  },
  responses: {
    200: { description: 'The template as stored.', content: json(templateSchema) },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...errorAnswers.conflict,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export const listTemplatesRoute = createRoute({
  method: 'get',
  path: '/admin/mood/templates',
  operationId: 'listTemplates',
  tags: ['Template administration'],
  summary: 'List templates',
  description: `${adminsOnly} Newest first; templates of the same moment by ID. Pages go by \`nextCursor\`, or by \`offset\`.`,
  ...openTo(templateAdministrators),
  request: {
    query: templatePageQuerySchema,
  },
  responses: {
    200: {
      description: 'A page of templates.',
      content: json(templatePageSchema),
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.tooMuch,
    ...commonErrors,
  },
});

/** One of the templates that every system begins with. */
const seededTemplateId = '019b76da-a800-73ca-8f27-947c742b78a0';

export const templateParams = z.object({
  id: idSchema.meta({ param: { name: 'id', in: 'path', description: 'ID of the template.' }, example: seededTemplateId }),
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
    200: { description: 'The template.', content: json(templateSchema) },
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
  description: `${adminsOnly} Renders an unsaved text, with sample values for those that are not given. Warns of what saving would refuse, and lists what was removed from the values.`,
  ...openTo(templateAdministrators),
  request: {
    body: {
      required: true,
      content: json(previewRequestSchema),
    },
  },
  responses: {
    200: {
      description: 'The preview.',
      content: json(templatePreviewSchema),
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

type ListQuery = z.output<typeof templatePageQuerySchema>;

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

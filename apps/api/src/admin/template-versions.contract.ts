import { createRoute, z } from '@hono/zod-openapi';
import { draftOf, reasonSchema } from '@mood/domain';
import type { TemplateVersion } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, ofDomain, pageQuery, timestampSchema } from '../http/contract.ts';
import {
  adminsOnly,
  draftShape,
  editorsOnly,
  templateAdministrators,
  templateEditors,
  templateParams,
  templateSchema,
} from './templates.contract.ts';
import type { VersionDifference } from './version-difference.ts';

const authorshipShape = {
  version: z.int().min(1),
  changedBy: z.uuid().nullable().openapi({ description: 'The administrator; null: it came with the system, or from its command line.' }),
  reason: z.string().nullable(),
  changedAt: timestampSchema,
};

const versionNumber = z.coerce.number('expected the number of a version').int('expected the number of a version').min(1).max(2_147_483_647);

export const listVersionsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}/versions',
  operationId: 'listTemplateVersions',
  tags: ['Template administration'],
  summary: 'List the versions of a template',
  description: `${adminsOnly} Newest first. Versions have no gaps, and nothing can alter them.`,
  ...openTo(templateAdministrators),
  request: { params: templateParams, query: z.strictObject(pageQuery(100, 20)) },
  responses: {
    200: {
      description: 'A page of versions.',
      content: {
        'application/json': {
          schema: z
            .object({
              versions: z.array(z.object({ ...authorshipShape, ...draftShape }).openapi('TemplateVersion')),
              total: z.int().min(1),
              limit: z.int(),
              offset: z.int(),
            })
            .openapi('TemplateVersionPage'),
        },
      },
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...commonErrors,
  },
});

const differenceSchema = z
  .object({
    from: z.object(authorshipShape),
    to: z.object(authorshipShape),
    changes: z.array(
      z.object({
        field: z.string().openapi({ example: 'priority' }),
        from: z.union([z.string(), z.number(), z.boolean()]).nullable(),
        to: z.union([z.string(), z.number(), z.boolean()]).nullable(),
      }),
    ),
    contentParts: z
      .array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() }))
      .openapi({ description: 'The content word by word; empty when it did not change.' }),
    text: z.string().openapi({
      description: 'All of it to read: `[-removed-]`, `{+added+}`.',
      example: 'Version 1 → 2\npriority: 100 → 200\ncontent: Thank you[- very-]{+ so+} much!',
    }),
  })
  .openapi('TemplateDifference');

export const compareVersionsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}/diff',
  operationId: 'compareTemplateVersions',
  tags: ['Template administration'],
  summary: 'Compare two versions of a template',
  description: `${adminsOnly} Any two versions, in any order.`,
  ...openTo(templateAdministrators),
  request: { params: templateParams, query: z.strictObject({ from: versionNumber, to: versionNumber }) },
  responses: {
    200: { description: 'What differs.', content: { 'application/json': { schema: differenceSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...commonErrors,
  },
});

export const rollBackRoute = createRoute({
  method: 'post',
  path: '/admin/mood/template/{id}/rollback',
  operationId: 'rollBackTemplate',
  tags: ['Template administration'],
  summary: 'Go back to a version of a template',
  description: `${editorsOnly} Appends a new version that equals the old one in every field. When the template does already, it is answered as it is.`,
  ...openTo(templateEditors),
  request: {
    params: templateParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              version: z.int('expected the number of a version').min(1).max(2_147_483_647),
              reason: ofDomain(reasonSchema).openapi({ example: 'The new wording confused users.' }),
            })
            .openapi('TemplateRollback'),
        },
      },
    },
  },
  responses: {
    200: { description: 'The template as it is now.', content: { 'application/json': { schema: templateSchema } } },
    ...badRequest('INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

function toAuthorship({ version, changedBy, reason, changedAt }: TemplateVersion) {
  return { version, changedBy, reason, changedAt: changedAt.toISOString() };
}

export const toVersionBody = (version: TemplateVersion) => ({ ...toAuthorship(version), ...draftOf(version) });

export function toDifferenceBody(
  from: TemplateVersion,
  to: TemplateVersion,
  difference: VersionDifference,
): z.input<typeof differenceSchema> {
  return { from: toAuthorship(from), to: toAuthorship(to), ...difference };
}

import {
  differenceQuerySchema,
  templateDifferenceSchema,
  templateRollbackSchema,
  templateSchema,
  templateVersionPageSchema,
  versionPageQuerySchema,
} from '@mood/contract/template-administration';
import { createRoute } from '@hono/zod-openapi';
import { draftOf } from '@mood/domain';
import type { TemplateVersion } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';
import { adminsOnly, editorsOnly, templateAdministrators, templateEditors, templateParams } from './templates.contract.ts';
import type { VersionDifference } from './version-difference.ts';

export const listVersionsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}/versions',
  operationId: 'listTemplateVersions',
  tags: ['Template administration'],
  summary: 'List the versions of a template',
  description: `${adminsOnly} Newest first. Versions have no gaps, and nothing can alter them.`,
  ...openTo(templateAdministrators),
  request: { params: templateParams, query: versionPageQuerySchema },
  responses: {
    200: {
      description: 'A page of versions.',
      content: json(templateVersionPageSchema),
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.templateNotFound,
    ...commonErrors,
  },
});

export const compareVersionsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/template/{id}/diff',
  operationId: 'compareTemplateVersions',
  tags: ['Template administration'],
  summary: 'Compare two versions of a template',
  description: `${adminsOnly} Any two versions, in any order.`,
  ...openTo(templateAdministrators),
  request: { params: templateParams, query: differenceQuerySchema },
  responses: {
    200: { description: 'What differs.', content: json(templateDifferenceSchema) },
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
  description: `${editorsOnly} Appends a new version that equals the old one in every field. If the current version equals it already, nothing is appended.`,
  ...openTo(templateEditors),
  request: {
    params: templateParams,
    body: {
      required: true,
      content: json(templateRollbackSchema),
    },
  },
  responses: {
    200: { description: 'The template as it is now.', content: json(templateSchema) },
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
): z.input<typeof templateDifferenceSchema> {
  return { from: toAuthorship(from), to: toAuthorship(to), ...difference };
}

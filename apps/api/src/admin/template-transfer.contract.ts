import {
  maxImportedTemplates,
  templateExportSchema,
  templateImportQuerySchema,
  templateImportRequestSchema,
  templateImportSchema,
} from '@mood/contract/template-file';
import { createRoute } from '@hono/zod-openapi';
import type { ImportedTemplate } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json, tooMany } from '../http/contract.ts';
import { adminsOnly, editorsOnly, templateAdministrators, templateEditors } from './templates.contract.ts';

/** 10,000 templates of the usual length take 4 MB. */
export const maxImportBytes = 16 * 1_048_576;

export const exportTemplatesRoute = createRoute({
  method: 'get',
  path: '/admin/mood/templates/export',
  operationId: 'exportTemplates',
  tags: ['Template administration'],
  summary: 'Export every template',
  description: `${adminsOnly} A file that the import reads. Oldest first.`,
  ...openTo(templateAdministrators),
  responses: {
    200: {
      description: 'The file.',
      headers: { 'Content-Disposition': { description: 'Offers the file under a name with today’s date.', schema: { type: 'string' } } },
      content: json(templateExportSchema),
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export const importTemplatesRoute = createRoute({
  method: 'post',
  path: '/admin/mood/templates/import',
  operationId: 'importTemplates',
  tags: ['Template administration'],
  summary: 'Import templates',
  description: `${editorsOnly} All or nothing, up to ${maxImportedTemplates} templates. A row whose \`id\` is known changes that template if anything differs; a row without \`id\` creates one, unless an equal one exists. Templates without a row stay as they are. A process runs one import at a time, and answers another one with 429.`,
  ...openTo(templateEditors),
  request: {
    query: templateImportQuerySchema,
    body: {
      required: true,
      content: json(templateImportRequestSchema),
    },
  },
  responses: {
    200: { description: 'What happened, or would happen.', content: json(templateImportSchema) },
    ...badRequest('INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
    429: tooMany(
      'Another import is under way in this process, or this caller sent too many requests in a minute, or too many that were refused.',
    ),
  },
});

export function toImportBody(imported: readonly ImportedTemplate[], dryRun: boolean): z.input<typeof templateImportSchema> {
  const counts = { created: 0, changed: 0, left: 0 };
  for (const { outcome } of imported) counts[outcome] += 1;
  return { dryRun, ...counts, templates: [...imported] };
}

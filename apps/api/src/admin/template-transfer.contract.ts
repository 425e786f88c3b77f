import { createRoute, z } from '@hono/zod-openapi';
import { maxImportedTemplates, optionalField, templateFileFormat, templateFileSchema } from '@mood/domain';
import type { ImportedTemplate } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, instantSchema, timestampSchema, tooMany } from '../http/contract.ts';
import { adminsOnly, draftShape, editorsOnly, templateAdministrators, templateEditors } from './templates.contract.ts';

/** 10,000 templates of the usual length take 4 MB. */
export const maxImportBytes = 16 * 1_048_576;

const exportSchema = z
  .object({
    format: z.literal(templateFileFormat),
    exportedAt: timestampSchema,
    templates: z.array(z.object({ id: z.uuid(), ...draftShape })),
  })
  .openapi('TemplateExport');

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
      content: { 'application/json': { schema: exportSchema } },
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

const importSchema = z
  .object({
    dryRun: z.boolean(),
    created: z.int().min(0),
    changed: z.int().min(0),
    left: z.int().min(0).openapi({ description: 'Rows whose template is there and equal.' }),
    templates: z
      .array(z.object({ id: z.uuid(), outcome: z.enum(['created', 'changed', 'left']) }))
      .openapi({ description: 'What became of each row, in their order. In a dry run a new row’s ID is made up.' }),
  })
  .openapi('TemplateImport');

export const importQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'], 'expected true or false')
    .default('false')
    .openapi({ description: 'Reports what would happen, and writes nothing.' }),
});

const exampleFile = {
  format: templateFileFormat,
  templates: [
    { moodState: 'positive', templateType: 'farewell', tierLevel: 'gold', content: 'Good night, {{userName|dear guest}}!', priority: 50 },
  ],
};

export const importTemplatesRoute = createRoute({
  method: 'post',
  path: '/admin/mood/templates/import',
  operationId: 'importTemplates',
  tags: ['Template administration'],
  summary: 'Import templates',
  description: `${editorsOnly} All or nothing, up to ${maxImportedTemplates} templates. A row whose \`id\` is known changes that template if anything differs; a row without \`id\` creates one unless its equal is there. Templates that no row names stay as they are. A process does one import at a time: another one is answered with 429.`,
  ...openTo(templateEditors),
  request: {
    query: importQuery,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: templateFileSchema
            .extend({ exportedAt: optionalField(instantSchema).openapi({ type: ['string', 'null'], format: 'date-time' }) })
            .openapi('TemplateFile', { example: exampleFile }),
        },
      },
    },
  },
  responses: {
    200: { description: 'What happened, or would happen.', content: { 'application/json': { schema: importSchema } } },
    ...badRequest('INVALID_TEMPLATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
    429: tooMany(
      'Another import is under way in this process, or this caller sent too many requests in a minute, or too many that were refused.',
    ),
  },
});

export function toImportBody(imported: readonly ImportedTemplate[], dryRun: boolean): z.input<typeof importSchema> {
  const counts = { created: 0, changed: 0, left: 0 };
  for (const { outcome } of imported) counts[outcome] += 1;
  return { dryRun, ...counts, templates: [...imported] };
}

import { describeIssues, DomainError, draftOf } from '@mood/domain/vocabulary';
import type { Template } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, flagSchema, instantSchema, timestampSchema } from './fields.ts';
import { instantTextSchemaWith } from './instant.ts';
import { optionalField } from './optional-field.ts';
import { draftShape, templateDraftSchema } from './template-drafts.ts';

/** A template in a file. */
export const templateRowSchema = templateDraftSchema.extend({ id: optionalField(z.guid('expected a UUID').toLowerCase()) });

/** Templates in one import. */
export const maxImportedTemplates = 10_000;
export const tooManyTemplates = `expected at most ${maxImportedTemplates} templates`;
export const templateFileFormat = 'mood-templates/1';

const noFile = `expected what an export writes: {"format":"${templateFileFormat}","templates":[…]}`;

/** What an export writes and an import reads. */
export const templateFileSchema = z.strictObject(
  {
    format: z.literal(templateFileFormat, `expected "${templateFileFormat}": this is no export of templates`),
    exportedAt: optionalField(instantTextSchemaWith('expected a time such as 2026-01-02T15:45:00Z')),
    templates: z.array(templateRowSchema, 'expected a list of templates').max(maxImportedTemplates, tooManyTemplates),
  },
  { error: ({ code }) => (code === 'invalid_type' ? noFile : undefined) },
);

export type TemplateFile = z.output<typeof templateFileSchema>;

/** @throws DomainError INVALID_TEMPLATE naming the first rows that are wrong. */
export function parseTemplateFile(json: unknown): TemplateFile {
  const result = templateFileSchema.safeParse(json);
  if (result.success) return result.data;
  throw new DomainError('INVALID_TEMPLATE', `Nothing was imported. ${describeIssues(result.error.issues)}`);
}

type TemplateRow = z.output<typeof templateRowSchema>;

/** A row that is no template: what the schema says of it, and what can be read of it all the same. */
interface RefusedTemplateRow {
  refused: string;
  id?: string | undefined;
  content?: string | undefined;
}

/** The first of many refused rows are described: nobody is shown more of them. */
const maxDescribed = 10;

const partsOfRow = z.object({
  id: z.guid().toLowerCase().optional().catch(undefined),
  content: z.string().optional().catch(undefined),
});

/** Reads the rows of a file one by one, also those that are no templates: the import says everything that is wrong with a file at once. */
export function createTemplateRowReader() {
  const rows: (TemplateRow | RefusedTemplateRow)[] = [];
  let refused = 0;
  const describe = (issues: readonly z.core.$ZodIssue[]) =>
    ++refused > maxDescribed ? '' : describeIssues(issues.map((issue) => ({ ...issue, path: ['templates', rows.length, ...issue.path] })));

  return {
    rows,
    /** @throws DomainError INVALID_TEMPLATE after 10,000 rows. */
    read(row: unknown): void {
      if (rows.length === maxImportedTemplates) throw new DomainError('INVALID_TEMPLATE', `templates: ${tooManyTemplates}.`);
      const result = templateRowSchema.safeParse(row);
      rows.push(result.success ? result.data : { refused: describe(result.error.issues), ...partsOfRow.safeParse(row).data });
    },
  };
}

/**
 * The rows of a file as the import takes them.
 * @throws DomainError INVALID_TEMPLATE when it is no file of templates.
 */
export function readTemplateRows(json: unknown): (TemplateRow | RefusedTemplateRow)[] {
  const list = typeof json === 'object' && json !== null && 'templates' in json && Array.isArray(json.templates) ? json.templates : [];
  // What stands around the rows; of too many rows it is said at once that they are.
  const isTooLong = list.length > maxImportedTemplates;
  parseTemplateFile(list.length === 0 || isTooLong ? json : { ...Object(json), templates: [] });
  const reader = createTemplateRowReader();
  for (const row of list) reader.read(row);
  return reader.rows;
}

/** A file that the import reads. */
export function toTemplateFile(templates: readonly Template[], exportedAt: Date) {
  return {
    format: templateFileFormat,
    exportedAt: exportedAt.toISOString(),
    templates: templates.map((template) => ({ id: template.id, ...draftOf(template) })),
  } satisfies TemplateFile;
}

/** The same file as the import's body. */
export const templateImportRequestSchema = templateFileSchema
  .extend({ exportedAt: optionalField(instantSchema).meta({ type: ['string', 'null'], format: 'date-time' }) })
  .meta({
    id: 'TemplateFile',
    example: {
      format: templateFileFormat,
      templates: [
        {
          moodState: 'positive',
          templateType: 'farewell',
          tierLevel: 'gold',
          content: 'Good night, {{userName|dear guest}}!',
          priority: 50,
        },
      ],
    },
  });

/** The same file as the export answers it. */
export const templateExportSchema = z
  .object({
    format: z.literal(templateFileFormat),
    exportedAt: timestampSchema,
    templates: z.array(z.object({ id: answeredIdSchema, ...draftShape })),
  })
  .meta({ id: 'TemplateExport' });

export const templateImportQuerySchema = z.strictObject({
  dryRun: flagSchema.default('false').meta({ description: 'Reports what would happen, and writes nothing.' }),
});

export const templateImportSchema = z
  .object({
    dryRun: z.boolean(),
    created: z.int().min(0),
    changed: z.int().min(0),
    left: z.int().min(0).meta({ description: 'Rows whose template is there and equal.' }),
    templates: z
      .array(z.object({ id: answeredIdSchema, outcome: z.enum(['created', 'changed', 'left']) }))
      .meta({ description: 'What became of each row, in their order. In a dry run a new row’s ID is made up.' }),
  })
  .meta({ id: 'TemplateImport' });

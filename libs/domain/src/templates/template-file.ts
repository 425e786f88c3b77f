import { z } from 'zod';
import { DomainError } from '../errors.ts';
import { moodStates } from '../moods/mood.ts';
import { fieldWithDefault, optionalField } from '../optional-field.ts';
import { describeIssues } from '../text/describe-issues.ts';
import { instantTextSchemaWith } from '../time/instant.ts';
import { canonicalLocale, maxLocaleLength } from './locale.ts';
import { draftOf, templateTypes, userTiers } from './template.ts';
import type { Template } from './template.ts';

const oneOf = (values: readonly string[]) => `expected one of ${values.join(', ')}`;
const maxInteger = 2_147_483_647;
const priorityRange = `expected a whole number from -${maxInteger} to ${maxInteger}`;

const experimentName = 'expected 1 to 60 of A-Z a-z 0-9 . _ -, beginning with a letter or a digit';
export const experimentSchema = z.string(experimentName).regex(/^[A-Za-z0-9][\w.-]{0,59}$/, experimentName);

export const maxExperimentWeight = 1_000;
/** Templates in one import. */
export const maxImportedTemplates = 10_000;

const localeTag = `expected a BCP 47 tag such as en, fr-CA or zh-Hant, of at most ${maxLocaleLength} characters`;

export const localeSchema = z
  .string(localeTag)
  .min(1, { error: localeTag, abort: true })
  .max(maxLocaleLength, { error: localeTag, abort: true })
  .refine((tag) => canonicalLocale(tag) !== null, localeTag)
  .overwrite((tag) => canonicalLocale(tag) ?? tag);

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

export const templateRowSchema = templateDraftSchema.extend({ id: optionalField(z.guid('expected a UUID').toLowerCase()) });

export const tooManyTemplates = `expected at most ${maxImportedTemplates} templates`;
export const templateFileFormat = 'mood-templates/1';

/** What an export writes and an import reads. */
export const templateFileSchema = z.strictObject({
  format: z.literal(templateFileFormat, `expected "${templateFileFormat}": this is no export of templates`),
  exportedAt: optionalField(instantTextSchemaWith('expected a time such as 2026-01-02T15:45:00Z')),
  templates: z.array(templateRowSchema, 'expected a list of templates').max(maxImportedTemplates, tooManyTemplates),
});

export type TemplateFile = z.output<typeof templateFileSchema>;

/** @throws DomainError INVALID_TEMPLATE naming the first rows that are wrong. */
export function parseTemplateFile(json: unknown): TemplateFile {
  const result = templateFileSchema.safeParse(json);
  if (result.success) return result.data;
  throw new DomainError('INVALID_TEMPLATE', `Nothing was imported. ${describeIssues(result.error.issues)}`);
}

/** A file that the import reads. */
export function toTemplateFile(templates: readonly Template[], exportedAt: Date) {
  return {
    format: templateFileFormat,
    exportedAt: exportedAt.toISOString(),
    templates: templates.map((template) => ({ id: template.id, ...draftOf(template) })),
  } satisfies TemplateFile;
}

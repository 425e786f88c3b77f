import { z } from '@hono/zod-openapi';
import { localeSchema, maxValueLength, optionalField, readGivenValue, templateTypes, templateVariables, userTiers } from '@mood/domain';
import type { TemplateVariable } from '@mood/domain';
import { ofDomain } from '../http/contract.ts';

export const templateTypeSchema = z.enum(templateTypes, `expected one of ${templateTypes.join(', ')}`).openapi('TemplateType');

export const userTierSchema = z.enum(userTiers, `expected one of ${userTiers.join(', ')}`).openapi('UserTier');

export const variableNamesSchema = z
  .array(z.enum(templateVariables))
  .openapi({ description: 'Each variable that the template uses, once, in order of first appearance.', example: ['userName', 'amount'] });

export const requestLocaleSchema = ofDomain(localeSchema).openapi({
  description:
    'BCP 47 tag of the user’s locale; `_` may stand for `-`. Decides about templates (the locale, then what is near it, then none), time, date and amounts.',
  example: 'fr-CA',
});

export const timeZoneSchema = z
  .string()
  .min(1)
  .max(64)
  .openapi({ description: 'IANA time zone of `time` and `date`; UTC when absent.', example: 'Europe/Paris' });

type TemplateValue = string | number;

const valueSchema: z.ZodType<TemplateValue> = z.union(
  [z.string().max(maxValueLength), z.number()],
  `expected a number or a text of at most ${maxValueLength} characters`,
);

const value = optionalField(valueSchema);

/** A value that has a form of its own. */
const valueOf = (name: TemplateVariable, description: string) =>
  optionalField(
    valueSchema.superRefine((given, context) => {
      const read = readGivenValue(name, given);
      if (read.text === null) context.addIssue({ code: 'custom', message: read.problem });
    }),
  ).openapi({ description });

/** Values by variable. A number is printed as JSON writes it, an amount for the locale. Not a record: those of zod let the key `__proto__` pass unseen. */
const variablesSchema = z
  .strictObject({
    userName: value,
    modelName: value,
    amount: valueOf(
      'amount',
      'A number, or digits with a decimal point: not negative, at most 15 digits. Printed for the locale, without decimals or with two: 49.9 is 49.90.',
    ),
    currency: valueOf('currency', 'An ISO 4217 code, printed as its symbol, or a symbol; $ when absent.'),
    mood: value,
    tier: value,
    customMessage: value,
    time: value,
    date: value,
  } satisfies Record<TemplateVariable, z.ZodType>)
  .openapi('TemplateValues', {
    description:
      'Values are plain text: tags are taken out, and braces or other template syntax in a value stays as it is. Blanks at its ends are dropped; a blank value counts as not given.',
    example: { userName: 'John123', amount: 50 },
  });

/** Those of a request: none when absent or null. The document names the schema, which a default for null would spell out. */
export const givenVariablesSchema = z.preprocess((given) => given ?? undefined, variablesSchema.default({}));

export function toTemplateValues(given: z.output<typeof variablesSchema>): Partial<Record<TemplateVariable, string>> {
  const values: Partial<Record<TemplateVariable, string>> = {};
  for (const name of templateVariables) {
    const value = given[name];
    if (value !== undefined) values[name] = readGivenValue(name, value).text ?? '';
  }
  return values;
}

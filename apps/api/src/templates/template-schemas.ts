import { z } from '@hono/zod-openapi';
import { localeSchema, maxValueLength, optionalField, templateTypes, templateVariables, userTiers } from '@mood/domain';
import type { TemplateVariable } from '@mood/domain';
import { ofDomain } from '../http/contract.ts';

export const templateTypeSchema = z.enum(templateTypes, `expected one of ${templateTypes.join(', ')}`).openapi('TemplateType');

export const userTierSchema = z.enum(userTiers, `expected one of ${userTiers.join(', ')}`).openapi('UserTier');

export const variableNamesSchema = z
  .array(z.enum(templateVariables))
  .openapi({ description: 'Each variable that the template uses, once, in order of first appearance.', example: ['userName', 'amount'] });

export const requestLocaleSchema = ofDomain(localeSchema).openapi({
  description: 'BCP 47 tag of the user’s locale. Decides about templates (the locale, then its language, then none), time and date.',
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

/** Values by variable. A number is printed as JSON writes it. Not a record: those of zod let the key `__proto__` pass unseen. */
export const variablesSchema = z
  .strictObject({
    userName: value,
    modelName: value,
    amount: value,
    currency: value,
    mood: value,
    tier: value,
    customMessage: value,
    time: value,
    date: value,
  } satisfies Record<TemplateVariable, z.ZodType>)
  .openapi('TemplateValues', {
    description: 'Values are plain text: tags are taken out, and braces or other template syntax in a value stays as it is.',
    example: { userName: 'John123', amount: 50 },
  });

export function toTemplateValues(given: z.output<typeof variablesSchema>): Partial<Record<TemplateVariable, string>> {
  const values: Partial<Record<TemplateVariable, string>> = {};
  for (const name of templateVariables) {
    const value = given[name];
    if (value !== undefined) values[name] = String(value);
  }
  return values;
}

import { z } from '@hono/zod-openapi';
import {
  isGiven,
  localeSchema,
  maxAmountDigits,
  maxValueLength,
  optionalField,
  parseAmount,
  parseCurrency,
  templateTypes,
  templateVariables,
  userTiers,
} from '@mood/domain';
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

const amountSchema = optionalField(
  valueSchema.refine(
    (given) => !isGiven(given) || parseAmount(given) !== null,
    `expected an amount: a number or a string of digits such as "49.90", not negative, of at most ${maxAmountDigits} digits`,
  ),
).openapi({
  anyOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', maxLength: maxValueLength },
  ],
  description: `A number, or digits with a decimal point; not negative, at most ${maxAmountDigits} digits. Printed for the locale, without decimals or with two: 49.9 is 49.90.`,
  example: 50,
});

const currencySchema = optionalField(
  valueSchema.refine(
    (given) => !isGiven(given) || parseCurrency(String(given)) !== null,
    'expected an ISO 4217 code such as EUR, or the symbol of a currency such as €',
  ),
).openapi({
  anyOf: [{ type: 'string', maxLength: maxValueLength }],
  description: 'An ISO 4217 code, printed as its symbol, or a symbol; $ when absent.',
  example: 'EUR',
});

/** Values by variable. A number is printed as JSON writes it, an amount for the locale. Not a record: those of zod let the key `__proto__` pass unseen. */
export const variablesSchema = z
  .strictObject({
    userName: value,
    modelName: value,
    amount: amountSchema,
    currency: currencySchema,
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

export function toTemplateValues(given: z.output<typeof variablesSchema>): Partial<Record<TemplateVariable, string>> {
  const values: Partial<Record<TemplateVariable, string>> = {};
  for (const name of templateVariables) {
    const value = given[name];
    if (value !== undefined) values[name] = textOf(name, value);
  }
  return values;
}

/** What was checked already; blank stays blank, and counts as not given. */
function textOf(name: TemplateVariable, given: TemplateValue): string {
  if (name === 'amount') return parseAmount(given) ?? '';
  return name === 'currency' ? (parseCurrency(String(given)) ?? '') : String(given);
}

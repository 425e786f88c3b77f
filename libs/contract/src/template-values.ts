import { maxValueLength, readGivenValue } from '@mood/domain/vocabulary';
import type { TemplateVariable } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { optionalField } from './optional-field.ts';

type TemplateValue = string | number;

const valueProblem = `expected a number or a text of at most ${maxValueLength} characters`;
const valueSchema: z.ZodType<TemplateValue> = z.union([z.string().max(maxValueLength, valueProblem), z.number()], valueProblem);

const value = optionalField(valueSchema);

/** A value that has a form of its own. */
const valueOf = (name: TemplateVariable, description: string) =>
  optionalField(
    valueSchema.superRefine((given, context) => {
      const read = readGivenValue(name, given);
      if (read.text === null) context.addIssue({ code: 'custom', message: read.problem });
    }),
  ).meta({ description });

/** Values by variable. A number is printed as JSON writes it, an amount for the locale. Not a record: those of zod let the key `__proto__` pass unseen. */
export const templateValuesSchema = z
  .strictObject(
    {
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
    } satisfies Record<TemplateVariable, z.ZodType>,
    { error: ({ code }) => (code === 'invalid_type' ? 'expected values by their names, such as {"userName": "John123"}' : undefined) },
  )
  .meta({
    id: 'TemplateValues',
    description:
      'Values are plain text: tags are taken out, and braces or other template syntax in a value stays as it is. Blanks at its ends are dropped; a blank value counts as not given.',
    example: { userName: 'John123', amount: 50 },
  });
export type GivenTemplateValues = z.output<typeof templateValuesSchema>;

/** Those of a request: none when absent or null. The document names the schema, which a default for null would spell out. */
export const givenVariablesSchema = z.preprocess((given) => given ?? undefined, templateValuesSchema.default({}));

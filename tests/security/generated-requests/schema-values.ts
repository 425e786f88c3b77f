import fc from 'fast-check';
import type { Schema } from './operations.ts';

/** Values for fields about which the schema cannot say enough: a model that exists, a time that is still to come. By name. */
export type KnownValues = Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>>;

const maxText = 60;
const maxListLength = 3;

function textFor({ format, pattern, minLength = 0, maxLength = maxText }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-01-01') }).map((d) => d.toISOString());
  if (format === 'date') {
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-01-01') }).map((d) => d.toISOString().slice(0, 10));
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, maxText)) });
}

const smallOrBig = (min: number, max: number) =>
  fc.oneof(fc.integer({ min, max: Math.min(max, Math.max(min, 0) + 3) }), fc.integer({ min, max }), fc.constantFrom(min, max));

function valueOfType(type: string, schema: Schema, known: KnownValues): fc.Arbitrary<unknown> {
  const { minimum, maximum, properties = {}, required = [], items = {}, maxItems = maxListLength } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return smallOrBig(minimum ?? -1_000, maximum ?? 1_000);
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'array':
      return fc.array(valueFor('', items, known), { maxLength: Math.min(maxItems, maxListLength) });
    case 'object':
      return recordOf(properties, required, known);
    default:
      return textFor(schema);
  }
}

/** An object with every required field, and each other one in a third of the cases: many fields at once seldom fit together. */
export function recordOf(
  schemas: Readonly<Record<string, Schema>>,
  required: readonly string[],
  known: KnownValues,
): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(schemas).map(([name, schema]) => {
    const value = valueFor(name, schema, known);
    const optional = fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
    return [name, required.includes(name) ? value : optional] as const;
  });
  return fc
    .record(Object.fromEntries(fields), { noNullPrototype: true })
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}

/** Makes values that a schema of the document allows. @param name of the field, for the known values. */
export function valueFor(name: string, schema: Schema, known: KnownValues): fc.Arbitrary<unknown> {
  const types = [schema.type ?? 'string'].flat();
  const nullable = types.includes('null');
  const better = Object.hasOwn(known, name) ? known[name]?.(schema) : undefined;
  if (better !== undefined)
    return nullable ? fc.oneof({ weight: 4, arbitrary: better }, { weight: 1, arbitrary: fc.constant(null) }) : better;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valueFor('', one, known)));
  return fc.oneof(...types.map((type) => valueOfType(type, schema, known)));
}

import type { z } from 'zod';

/**
 * A field that may be left out. `null` means the same as leaving it out: many languages write absent values as null.
 * For fields to which null says something of its own, `.nullable().default(null)` does.
 */
export function optionalField<S extends z.ZodType>(schema: S): z.ZodOptional<S> {
  // Overwritten in place, where a transform would hide the schema from the OpenAPI document. The type tells what comes out.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return schema.nullish().overwrite((value) => value ?? undefined) as unknown as z.ZodOptional<S>;
}

/** A field that has a default. It counts when the field is left out, and when it is null. */
export function fieldWithDefault<S extends z.ZodType>(schema: S, fallback: z.output<S> & {}): z.ZodDefault<S> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const nullable = (schema as z.ZodType)
    .nullable()
    .default(fallback)
    .overwrite((value) => value ?? fallback);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return nullable as unknown as z.ZodDefault<S>;
}

import type { Context } from 'hono';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Field shapes that several services share. */
export const messageText = z.string().min(1, 'expected some text').max(10_000, 'expected at most 10,000 characters');
/** In decimal digits: `Number` would read `0x10`, `1e1` and blanks, too. */
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a whole number')
  .transform(Number);
export const pageLimit = wholeNumber.pipe(z.number().min(1).max(1000));
export const pageOffset = wholeNumber;

/** @param name of a value that is no object. @throws Refusal 400 naming every field that does not fit. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, name?: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    [[name, ...issue.path].filter((part) => part !== undefined).join('.'), issue.message].filter(Boolean).join(': '),
  );
  throw new Refusal(400, 'INVALID_REQUEST', problems.join('; '));
}

/** The JSON body; an empty body counts as `{}`. @throws Refusal 400 */
export async function readJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  return checked(schema, parseJson(await c.req.text()));
}

/** A body as OAuth clients send it (form-encoded), or the same fields as JSON. @throws Refusal 400 */
export async function readFormOrJson<S extends z.ZodType>(c: Context, schema: S): Promise<z.output<S>> {
  const body = await c.req.text();
  const isJson = /^application\/json\b/i.test(c.req.header('content-type') ?? '');
  return checked(schema, isJson ? parseJson(body) : Object.fromEntries(new URLSearchParams(body)));
}

/** @throws Refusal 400 */
export function readQuery<S extends z.ZodType>(c: Context, schema: S): z.output<S> {
  return checked(schema, c.req.query());
}

function parseJson(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'INVALID_REQUEST', 'The body is not valid JSON');
  }
}

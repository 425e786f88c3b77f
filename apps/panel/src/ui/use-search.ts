import { useMemo } from 'react';
import { useLocation, useSearch as useRawSearch } from 'wouter';
import type * as z from 'zod/mini';
import { useUnderstood } from './address.ts';

/** What the values of a schema become in an address: texts, and nothing for what is at its default. */
type Values<Schema extends z.ZodMiniObject> = z.output<Schema>;

/**
 * The filters of a page, which live in its address, so that Back, reload and a copied link keep them.
 * @param schema of every parameter, each with a default (`z._default(z.catch(…))`): what is not understood is left out, and said at the top.
 * @returns the values, and what sets some of them; `isStep` makes Back return to what was before.
 */
export function useSearch<Schema extends z.ZodMiniObject>(
  schema: Schema,
): [Values<Schema>, (changes: Partial<Values<Schema>>, options?: { isStep?: boolean }) => void] {
  useUnderstood(schema);
  const raw = useRawSearch();
  const [path, navigate] = useLocation();
  const values = useMemo(() => schema.parse(Object.fromEntries(new URLSearchParams(raw))), [schema, raw]);
  function set(changes: Partial<Values<Schema>>, { isStep = false } = {}) {
    const defaults: Record<string, unknown> = schema.parse({});
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...values, ...changes })) {
      if (value !== undefined && value !== null && value !== '' && value !== defaults[name]) next.set(name, String(value));
    }
    const text = next.toString();
    navigate(text === '' ? path : `${path}?${text}`, { replace: !isStep });
  }
  return [values, set];
}

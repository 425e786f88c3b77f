import { useLayoutEffect, useMemo, useSyncExternalStore } from 'react';
import { useLocation, useSearch as useRawSearch } from 'wouter';
import * as z from 'zod/mini';

/** The parameters of a part of a page: a schema for each, with what takes its place when it is not understood (`z.catch`). */
export type AddressSchema = z.ZodMiniObject;

/** What the page that is open understands of its address: a part of it for each of its components. */
interface Understood {
  schemas: readonly AddressSchema[];
  /** Names whose value only the data of the page has shown to be none. */
  refused: readonly string[];
}

let understood: Understood = { schemas: [], refused: [] };
const listeners = new Set<() => void>();

function setUnderstood(changes: Partial<Understood>): void {
  understood = { ...understood, ...changes };
  for (const listener of listeners) listener();
}

const without = <One>(all: readonly One[], one: One) => all.toSpliced(all.indexOf(one), 1);

/** For as long as the part is there, its parameters count as known. */
export function useUnderstood(schema: AddressSchema): void {
  // Before anything is drawn: what is known is never shown as unknown.
  useLayoutEffect(() => {
    setUnderstood({ schemas: [...understood.schemas, schema] });
    return () => setUnderstood({ schemas: without(understood.schemas, schema) });
  }, [schema]);
}

/** Counts a parameter as not understood whose form is right, such as the name of something that there is not. @param isRefused once that is known. */
export function useRefused(name: string, isRefused: boolean): void {
  useLayoutEffect(() => {
    if (!isRefused) return undefined;
    setUnderstood({ refused: [...understood.refused, name] });
    return () => setUnderstood({ refused: without(understood.refused, name) });
  }, [name, isRefused]);
}

/** The schema without what takes the place of values that it refuses. */
function strict(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodMiniCatch || schema instanceof z.ZodMiniDefault) return strict(schema.def.innerType);
  return schema;
}

/**
 * The parameters of an address that are left out, as they stand there: those that no part of the page knows, and those whose value is none.
 * @param raw what is behind the question mark.
 */
export function leftOutOf({ schemas, refused }: Understood, raw: string): [name: string, value: string][] {
  return [...new URLSearchParams(raw)].filter(([name, value]) => {
    if (value === '') return false;
    const fields = schemas.flatMap(({ shape }) => (Object.hasOwn(shape, name) ? [shape[name]] : []));
    return refused.includes(name) || !fields.some((field) => field !== undefined && z.safeParse(strict(field), value).success);
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** What is left out of the address of now, and what takes it out of there. */
export function useLeftOut(): { leftOut: readonly (readonly [name: string, value: string])[]; drop: () => void } {
  const raw = useRawSearch();
  const [path, navigate] = useLocation();
  const known = useSyncExternalStore(subscribe, () => understood);
  const leftOut = useMemo(() => leftOutOf(known, raw), [known, raw]);
  function drop() {
    const rest = new URLSearchParams(raw);
    for (const [name, value] of leftOut) rest.delete(name, value);
    const text = rest.toString();
    navigate(text === '' ? path : `${path}?${text}`, { replace: true });
  }
  return { leftOut, drop };
}

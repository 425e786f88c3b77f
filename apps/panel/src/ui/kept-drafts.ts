import type * as z from 'zod/mini';

/**
 * What somebody has typed and not saved, in the storage of the tab: it outlives a reload, a wrong click and the end of the session, and goes with
 * the tab. A draft belongs to who wrote it: it is found under their ID alone, and is removed when somebody else signs in, or when they sign out.
 */
const prefix = 'mood-draft';
const keyOf = (owner: string, name: string) => `${prefix} ${owner} ${name}`;

/** A draft as it was kept. */
export interface KeptDraft<Value> {
  value: Value;
  /** When it was typed, in milliseconds since 1970. */
  keptAt: number;
}

/** The storage may be full, or closed to pages: then nothing is kept, and nothing breaks. */
function quietly<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function read(key: string): KeptDraft<unknown> | undefined {
  const kept: unknown = quietly((): unknown => JSON.parse(sessionStorage.getItem(key) ?? 'null'));
  if (typeof kept !== 'object' || kept === null || !('value' in kept) || !('keptAt' in kept)) return undefined;
  return typeof kept.keptAt === 'number' ? { value: kept.value, keptAt: kept.keptAt } : undefined;
}

/** Keeps a draft. The same once more keeps the time at which it was typed. */
export function keepDraft(owner: string, name: string, value: unknown): void {
  const key = keyOf(owner, name);
  if (JSON.stringify(read(key)?.value) === JSON.stringify(value)) return;
  quietly(() => sessionStorage.setItem(key, JSON.stringify({ value, keptAt: Date.now() })));
}

export function forgetDraft(owner: string, name: string): void {
  quietly(() => sessionStorage.removeItem(keyOf(owner, name)));
}

/** @param schema of the value. @returns undefined when there is none, or when it is of a build whose drafts had another form. */
export function keptDraft<Schema extends z.ZodMiniType>(
  owner: string,
  name: string,
  schema: Schema,
): KeptDraft<z.output<Schema>> | undefined {
  const kept = read(keyOf(owner, name));
  if (kept === undefined) return undefined;
  const value = schema.safeParse(kept.value);
  return value.success ? { value: value.data, keptAt: kept.keptAt } : undefined;
}

/** @param owner whose drafts stay; null: nobody's. */
export function forgetDraftsOfOthers(owner: string | null): void {
  quietly(() => {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(`${prefix} `) && (owner === null || !key.startsWith(keyOf(owner, '')))) sessionStorage.removeItem(key);
    }
  });
}

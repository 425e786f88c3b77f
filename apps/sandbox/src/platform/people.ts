import { userTierSchema } from '@mood/contract/template-fields';
import { z } from 'zod';

export type Tier = z.infer<typeof userTierSchema>;

/** Whatever somebody calls themselves, markup and all: who shows it has to show it as text. */
export const displayName = z.string().trim().min(1, 'expected a name').max(100, 'expected at most 100 characters');
export const person = z.object({ id: z.guid(), displayName: z.string(), timeZone: z.string().optional() });
export type Person = z.infer<typeof person>;
/** BCP 47. Canonical or not: it is kept as it was given. */
export const locale = z.string().min(2).max(35).refine(isLocale, 'expected a BCP 47 language tag');
export const user = person.extend({ tier: userTierSchema, locale: z.string().optional() });
export type User = z.infer<typeof user>;

export interface People {
  performers: Person[];
  users: User[];
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

import { flagKeys, flagRoles, maxFlagIds } from '@mood/domain';
import type { FlagKey, FlagRule } from '@mood/domain';
import { z } from 'zod';

const ruleSchema: z.ZodType<FlagRule> = z.object({
  percentage: z.int().min(0).max(100),
  ids: z.array(z.string()).max(maxFlagIds),
  roles: z.array(z.enum(flagRoles)),
});

/** @returns null for what is no rule: somebody wrote it into the database by hand. */
export function toRule(stored: unknown): FlagRule | null {
  const { success, data } = ruleSchema.safeParse(stored);
  return success ? data : null;
}

const known: ReadonlySet<string> = new Set(flagKeys);

/** Whether this release declares it. Flags of other releases stay in the table. */
export const isKnown = (key: string): key is FlagKey => known.has(key);

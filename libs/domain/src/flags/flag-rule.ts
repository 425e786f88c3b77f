import { uniform } from '../stable-hash.ts';
import type { FlagKey } from './declared-flags.ts';

/** The roles of the platform's tokens. */
export const flagRoles = ['user', 'model', 'admin', 'service'] as const;
export type FlagRole = (typeof flagRoles)[number];

/** Most ids of a rule: a longer list belongs to a percentage or to a role. */
export const maxFlagIds = 1_000;

/** For whom a flag is on. */
export interface FlagRule {
  /** Of all ids, a whole number: 100 is on for everybody, 0 for nobody besides the lists. */
  percentage: number;
  /** Models or users for whom it is on, whatever the percentage says. */
  ids: readonly string[];
  /** Roles for which it is on, whatever the percentage says. */
  roles: readonly FlagRole[];
}

/** For whom a flag is asked. */
export interface FlagSubject {
  /** Of the model or the user. */
  id?: string | null | undefined;
  role?: FlagRole | undefined;
}

export const ruleOf = (value: boolean): FlagRule => ({ percentage: value ? 100 : 0, ids: [], roles: [] });

/** @returns the rule with each id and role once and in order: two rules that say the same are equal. */
export function canonicalRule({ percentage, ids, roles }: FlagRule): FlagRule {
  return { percentage, ids: [...new Set(ids)].toSorted(), roles: flagRoles.filter((role) => roles.includes(role)) };
}

/** Whether the rule says the same for everybody. */
export function isSameForAll({ percentage, ids, roles }: FlagRule): boolean {
  return percentage === 100 || (percentage === 0 && ids.length === 0 && roles.length === 0);
}

/**
 * Whether a flag is on for somebody. Each id has a place from 0 to 100 of its own for each flag: it gets the same answer at every time and in
 * every process, and keeps an "on" when the percentage is raised. Without an id only 100 percent, or the role, are "on".
 */
export function evaluateRule(key: FlagKey, { percentage, ids, roles }: FlagRule, { id, role }: FlagSubject): boolean {
  if (percentage === 100 || (role !== undefined && roles.includes(role))) return true;
  if (id === undefined || id === null) return false;
  return ids.includes(id) || uniform(`${key}\n${id}`) * 100 < percentage;
}

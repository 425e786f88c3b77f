import type { flagStateSchema } from '@mood/contract/flags';
import type { z } from 'zod';
import { flags as words } from '../../words/en/flags.ts';

export type Flag = z.output<typeof flagStateSchema>;
export type Rule = Pick<Flag, 'percentage' | 'ids' | 'roles'>;

/** For whom a flag is on, in a sentence. */
export function ruleInWords({ percentage, ids, roles }: Rule): string {
  if (percentage === 100) return words.everybody;
  const parts = [
    ...(percentage > 0 ? [words.percent(percentage)] : []),
    ...(ids.length > 0 ? [words.listed(ids.length)] : []),
    ...(roles.length > 0 ? [words.roles(roles.map((role) => words.roleNames[role]).join(', '))] : []),
  ];
  return parts.length === 0 ? words.nobody : words.some(parts.join(words.and));
}

/** What the form holds: lists as they are typed. */
export interface RuleDraft {
  choice: 'on' | 'off' | 'some';
  percentage: number;
  ids: string;
  roles: Rule['roles'];
}

export const draftOf = ({ percentage, ids, roles }: Rule): RuleDraft => ({
  choice: percentage === 100 ? 'on' : percentage === 0 && ids.length === 0 && roles.length === 0 ? 'off' : 'some',
  percentage: percentage === 100 ? 0 : percentage,
  ids: ids.join('\n'),
  roles,
});

const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const mostIds = 1_000;

/** The rule that a draft means; a sentence for what is wrong with it. */
export function ruleOf({ choice, percentage, ids, roles }: RuleDraft): Rule | string {
  if (choice === 'on') return { percentage: 100, ids: [], roles: [] };
  if (choice === 'off') return { percentage: 0, ids: [], roles: [] };
  const listed = [
    ...new Set(
      ids
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((id) => id !== ''),
    ),
  ];
  const bad = listed.find((id) => !form.test(id));
  if (bad !== undefined) return words.idsProblem(bad);
  if (listed.length > mostIds) return words.tooMany;
  return { percentage, ids: listed.toSorted(), roles };
}

/** Whether two rules say the same. */
export const isSameRule = (one: Rule, other: Rule): boolean =>
  one.percentage === other.percentage &&
  one.ids.toSorted().join() === other.ids.toSorted().join() &&
  [...one.roles].toSorted().join() === [...other.roles].toSorted().join();

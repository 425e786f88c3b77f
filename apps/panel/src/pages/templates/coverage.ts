import type { Draft, Template } from './template.ts';
import { moods, tiers, types } from './template.ts';

type Tier = Draft['tierLevel'];
export const columns: readonly Tier[] = [null, ...tiers];

export interface Cell {
  tier: Tier;
  /** Active templates of exactly this place, for every language, that can be sent. */
  own: number;
  /** `any`: none of its own, and those for any tier answer. `missing`: nobody answers. */
  state: 'own' | 'any' | 'missing';
}

export interface Row extends Pick<Draft, 'moodState' | 'templateType'> {
  cells: Cell[];
}

/** @param active every active template. */
export function coverageOf(
  active: readonly Pick<Template, 'moodState' | 'templateType' | 'tierLevel' | 'locale' | 'neverUsable'>[],
): Row[] {
  const counts = new Map<string, number>();
  const keyOf = (mood: string, type: string, tier: Tier) => `${mood} ${type} ${tier ?? ''}`;
  for (const { moodState, templateType, tierLevel, locale, neverUsable } of active) {
    if (locale !== null || neverUsable !== null) continue;
    const key = keyOf(moodState, templateType, tierLevel);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return moods.flatMap((moodState) =>
    types.map((templateType) => {
      const any = counts.get(keyOf(moodState, templateType, null)) ?? 0;
      const cells = columns.map((tier): Cell => {
        const own = counts.get(keyOf(moodState, templateType, tier)) ?? 0;
        return {
          tier,
          own,
          state: own > 0 ? 'own' : any > 0 ? 'any' : 'missing',
        };
      });
      return { moodState, templateType, cells };
    }),
  );
}

import type { AnalyticsReader, Slice, Sum } from './ports.ts';
import type { Fact } from './facts.ts';

/** Something that happened, for a reader that counts by walking over everything. */
export interface Happening {
  fact: Fact;
  at: string;
  groups?: Readonly<Record<string, string>>;
  total?: number;
}

/** A reader of these happenings. What is no sum has nothing, but for what is given. `calls` has the questions for sums. */
export function readerOf(happenings: readonly Happening[], asOf: Date, given: Partial<AnalyticsReader> = {}) {
  const calls: { facts: readonly Fact[]; slices: readonly Slice[] }[] = [];
  const reader: AnalyticsReader = {
    progress: async () => ({ asOf, rolledUpUntil: asOf }),
    async sums({ facts, slices, groupBy }) {
      calls.push({ facts, slices });
      const sums = new Map<string, Sum>();
      for (const { fact, at, groups, total = 0 } of happenings) {
        const slice = slices.findIndex(({ start, end }) => start <= new Date(at) && new Date(at) < end);
        if (slice === -1 || !facts.includes(fact)) continue;
        const group = groupBy === null ? null : (groups?.[groupBy] ?? '');
        const sum = sums.get(`${fact} ${slice} ${group}`) ?? { fact, slice, group, n: 0, total: 0 };
        sum.n += 1;
        sum.total += total;
        sums.set(`${fact} ${slice} ${group}`, sum);
      }
      return [...sums.values()];
    },
    adoption: async (at) => at.map(() => ({ known: 0, adopted7d: 0, adopted30d: 0 })),
    changesPerModel: async (slices) => slices.map(() => null),
    moodDurations: async () => [],
    replyLateness: async (slices) => slices.map(() => null),
    moodsNow: async () => ({ at: asOf, known: 0, active: 0, byState: { neutral: 0, positive: 0, negative: 0 } }),
    top: async () => [],
    repliesOf: async () => [],
    templateUses: async () => [],
    auditState: async () => ({ complete: 0, models: 0, verifiedUntil: null }),
    ...given,
  };
  return { reader, calls };
}

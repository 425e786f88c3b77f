import { quarterMs } from './periods.ts';
import type { Adoption, AnalyticsReader, MoodsNow } from './ports.ts';

/** What operators watch. */
export interface Stock {
  moods: MoodsNow;
  adoption: Adoption;
  /** Of the replies that are an hour old, those of a day: the share after which the user wrote again within the hour. null: there were none. */
  engagement: number | null;
  /** The end of the last bucket that has been rolled up; null before the first. */
  rolledUpUntil: Date | null;
  /** When the last verification of the whole audit log began; null before the first. */
  auditVerifiedUntil: Date | null;
}

const hourMs = 3_600_000;

/** Reads what operators watch, as of now. */
export async function takeStock(analytics: AnalyticsReader): Promise<Stock> {
  const { asOf, rolledUpUntil } = await analytics.progress();
  const end = new Date(Math.floor((asOf.getTime() - hourMs) / quarterMs) * quarterMs);
  const slices = [{ start: new Date(end.getTime() - 24 * hourMs), end }];
  const [moods, [adoption], [sum], audit] = await Promise.all([
    analytics.moodsNow(),
    analytics.adoption([asOf]),
    analytics.sums({ facts: ['engagement_60m'], slices, groupBy: null }),
    analytics.auditState(asOf),
  ]);
  return {
    moods,
    adoption: adoption ?? { known: 0, adopted7d: 0, adopted30d: 0 },
    engagement: sum === undefined || sum.n === 0 ? null : sum.total / sum.n,
    rolledUpUntil,
    auditVerifiedUntil: audit.verifiedUntil,
  };
}

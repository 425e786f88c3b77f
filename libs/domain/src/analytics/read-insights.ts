import { moodStates } from '../moods/mood.ts';
import { quarterMs } from './periods.ts';
import type { AnalyticsReader, OwnReplies } from './ports.ts';

/** What automatic replies did for one model. */
export interface Insights {
  from: Date;
  to: Date;
  total: Omit<OwnReplies, 'moodState'>;
  /** Every mood, also without replies. */
  byMood: OwnReplies[];
}

const dayMs = 86_400_000;

/** How many replies went out for a model in the last days, and how many users wrote again within the hour. */
export async function readInsights({ analytics }: { analytics: AnalyticsReader }, modelId: string, days: number): Promise<Insights> {
  const { asOf } = await analytics.progress();
  const to = new Date(Math.ceil(asOf.getTime() / quarterMs) * quarterMs);
  const from = new Date(to.getTime() - days * dayMs);
  const found = await analytics.repliesOf(modelId, { start: from, end: to });
  const nothing = { sent: 0, mature: 0, engaged: 0 };
  const byMood = moodStates.map((moodState) => found.find((replies) => replies.moodState === moodState) ?? { moodState, ...nothing });
  const total = { ...nothing };
  for (const { sent, mature, engaged } of byMood) {
    total.sent += sent;
    total.mature += mature;
    total.engaged += engaged;
  }
  return { from, to: asOf, total, byMood };
}

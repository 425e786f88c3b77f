/**
 * What is counted in buckets of a quarter of an hour, with the groups that it is counted by. A row's key holds the groups' values in this
 * order, joined by `/`, an absent one as an empty part; the key of a single group is its value as it is.
 */
export const facts = {
  changes: ['changed_by', 'state'],
  state_time: ['state'],
  templates_rendered: ['type', 'mood', 'tier', 'locale', 'template', 'version'],
  templates_failed: ['type', 'mood', 'tier', 'locale', 'template', 'version'],
  templates_skipped: ['type', 'mood', 'tier', 'locale', 'template', 'version'],
  replies_reported: [],
  replies_ignored: ['reason'],
  replies_joined: [],
  replies_scheduled: [],
  replies_cancelled: ['reason'],
  replies_failed: [],
  replies_sent: ['mood'],
  engagement_5m: ['mood'],
  engagement_60m: ['mood'],
  engagement_24h: ['mood'],
  continued_24h: ['mood'],
  limit_hits: ['limit'],
  content_refusals: ['kind'],
  auth_failures: ['reason'],
  forbidden: ['route'],
  feedback_score: ['about'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The name of a fact. */
export type Fact = keyof typeof facts;

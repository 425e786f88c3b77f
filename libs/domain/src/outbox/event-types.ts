/** What the analytics service can be told of (docs/integration.md: "Events for analytics"). ANALYTICS_EVENTS chooses of these. */
export const analyticsEventTypes = [
  'mood_changed',
  'mood_overridden',
  'mood_limit_reached',
  'auto_reply_sent',
  'auto_reply_engaged',
  'message_rendered',
  'template_changed',
  'terms_accepted',
  'abuse_alert',
] as const;

export type AnalyticsEventType = (typeof analyticsEventTypes)[number];

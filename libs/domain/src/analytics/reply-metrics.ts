import { count } from './metric-entry.ts';
import type { MetricEntry } from './metric-entry.ts';

const hour = 3_600;
const templateGroups = ['type', 'mood', 'tier', 'locale', 'template', 'version'] as const;

const engagement = (name: 'engagement_5m' | 'engagement_60m' | 'engagement_24h', words: string, seconds: number) =>
  ({
    name,
    title: `Users who wrote again within ${words}`,
    unit: 'share',
    definition: `Of the automatic replies sent in the period: the share after which that user wrote in that conversation within ${words} after the reply, whether or not that message was replied to. Only replies that are at least ${words} old. It says what followed replies, not what they caused.`,
    groups: ['mood'],
    numerator: `replies after which the user wrote within ${words}`,
    denominator: `replies sent at least ${words} ago`,
    source: { kind: 'ratio', fact: name, matureSeconds: seconds },
  }) as const;

/** Templates and automatic replies (contract: "Template usage by type", "Auto-response engagement rate"). */
export const replyMetrics = [
  {
    name: 'templates_rendered',
    title: 'Messages rendered',
    unit: 'messages',
    definition: 'Messages made from templates, over REST and for automatic replies. Rendered over REST is not sent.',
    groups: templateGroups,
    source: count('templates_rendered'),
  },
  {
    name: 'templates_failed',
    title: 'Messages not rendered',
    unit: 'messages',
    definition: 'Messages that could not be made, because no template fits or those that fit lack a value.',
    groups: templateGroups,
    source: count('templates_failed'),
  },
  {
    name: 'templates_skipped',
    title: 'Templates skipped',
    unit: 'times',
    definition: 'How often a template would have come first but could not be rendered, so that another one was used.',
    groups: templateGroups,
    source: count('templates_skipped'),
  },
  {
    name: 'replies_reported',
    title: 'Messages reported',
    unit: 'messages',
    definition: 'Messages that the message service reported, each once. Each is ignored, joined or scheduled.',
    groups: [],
    source: count('replies_reported'),
  },
  {
    name: 'replies_ignored',
    title: 'Messages ignored',
    unit: 'messages',
    definition: 'Reported messages that get no automatic reply, by the reason.',
    groups: ['reason'],
    source: count('replies_ignored'),
  },
  {
    name: 'replies_joined',
    title: 'Messages joined',
    unit: 'messages',
    definition: 'Reported messages that joined a reply which was open already.',
    groups: [],
    source: count('replies_joined'),
  },
  {
    name: 'replies_scheduled',
    title: 'Replies scheduled',
    unit: 'replies',
    definition: 'Automatic replies that were planned.',
    groups: [],
    source: count('replies_scheduled'),
  },
  {
    name: 'replies_cancelled',
    title: 'Replies cancelled',
    unit: 'replies',
    definition: 'Planned replies that were not sent after all, by the reason; dated by the cancellation.',
    groups: ['reason'],
    source: count('replies_cancelled'),
  },
  {
    name: 'replies_failed',
    title: 'Replies failed',
    unit: 'replies',
    definition: 'Replies that the message service did not take, after the last attempt.',
    groups: [],
    source: count('replies_failed'),
  },
  {
    name: 'replies_sent',
    title: 'Replies sent',
    unit: 'replies',
    definition: 'Automatic replies that the message service has, by the mood whose template was used.',
    groups: ['mood'],
    source: count('replies_sent'),
  },
  {
    name: 'reply_lateness',
    title: 'Lateness of replies',
    unit: 'seconds',
    definition: 'Seconds from when replies were due until they were sent: median or 95th percentile. Without groups: the 95th percentile.',
    groups: ['statistic'],
    source: { kind: 'lateness' },
  },
  engagement('engagement_5m', '5 minutes', 300),
  engagement('engagement_60m', '60 minutes', hour),
  engagement('engagement_24h', '24 hours', 24 * hour),
  {
    name: 'continued_24h',
    title: 'Continued by the model',
    unit: 'share',
    definition:
      'Of the automatic replies sent in the period: the share after which the model wrote in that conversation within 24 hours. Only replies that are at least 24 hours old.',
    groups: ['mood'],
    numerator: 'replies after which the model wrote within 24 hours',
    denominator: 'replies sent at least 24 hours ago',
    source: { kind: 'ratio', fact: 'continued_24h', matureSeconds: 24 * hour },
  },
] as const satisfies readonly MetricEntry[];

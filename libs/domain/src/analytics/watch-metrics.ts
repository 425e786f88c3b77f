import { asOfNow, count } from './metric-entry.ts';
import type { MetricEntry } from './metric-entry.ts';

/** Refusals, satisfaction and the audit log (contract: "Security Metrics", "User satisfaction", "Model satisfaction"). */
export const watchMetrics = [
  {
    name: 'limit_hits',
    title: 'Refused by a limit',
    unit: 'refusals',
    definition:
      'Requests that were refused because of a limit: 50 changes of a mood in an hour (changes), or requests in a minute. By which limit.',
    groups: ['limit'],
    source: count('limit_hits'),
  },
  {
    name: 'content_refusals',
    title: 'Texts refused',
    unit: 'refusals',
    definition: 'Texts that were refused for their contents, by what was found in them first.',
    groups: ['kind'],
    source: count('content_refusals'),
  },
  {
    name: 'auth_failures',
    title: 'Failed authentication',
    unit: 'requests',
    definition: 'Requests answered with 401, by the reason. Neither addresses nor tokens are kept.',
    groups: ['reason'],
    source: count('auth_failures'),
  },
  {
    name: 'forbidden',
    title: 'Requests not permitted',
    unit: 'requests',
    definition: 'Requests answered with 403 for a role or scope, by the route.',
    groups: ['route'],
    source: count('forbidden'),
  },
  {
    name: 'feedback_score',
    title: 'Satisfaction',
    unit: 'score',
    definition:
      'Mean of the scores from 1 to 5 that users and models gave. Who gives a score has chosen to: it does not speak for the others.',
    groups: ['about'],
    numerator: 'sum of scores',
    denominator: 'scores',
    source: { kind: 'ratio', fact: 'feedback_score', matureSeconds: 0 },
  },
  {
    name: 'audit_complete',
    title: 'Audit log complete',
    unit: 'share',
    definition: `Of the models in the audit log: the share whose rows were found without gap or change by a verification since the start of yesterday (UTC). ${asOfNow}`,
    groups: [],
    numerator: 'models found whole since yesterday',
    denominator: 'models in the audit log',
    source: { kind: 'audit' },
  },
] as const satisfies readonly MetricEntry[];

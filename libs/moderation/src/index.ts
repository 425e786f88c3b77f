export { createContentPolicy } from './content-policy.ts';
export type { ContentPolicyOptions } from './content-policy.ts';
export { moderationSettings } from './moderation-settings.ts';
export { createRefusedValuesMetric } from './refused-values-metric.ts';

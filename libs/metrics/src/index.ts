export { createMoodMetrics } from './mood-metrics.ts';
export { createRenderMetrics } from './render-metrics.ts';
export { createReplyMetrics } from './reply-metrics.ts';

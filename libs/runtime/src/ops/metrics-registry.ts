import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with the default metrics of a Node.js process: memory, processor time, event loop lag, garbage collection. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mood_process_' });
  return registry;
}

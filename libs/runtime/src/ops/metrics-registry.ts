import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with what every process says of itself: memory, processor time, the event loop's lag, garbage collection. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mood_process_' });
  return registry;
}

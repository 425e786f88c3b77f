import type { Logger } from '@mood/runtime';

/** One line per field and this many milliseconds, however many answers are odd. */
const silenceMs = 60_000;

/** Says in the log which field of a service's answers cannot be read. Field names are ours, so there are few. */
export function createOddFieldReport(service: string, logger: Logger | undefined, clock: () => number = () => performance.now()) {
  const saidAt = new Map<string, number>();
  return (field: string): void => {
    const last = saidAt.get(field);
    if (last !== undefined && clock() - last < silenceMs) return;
    saidAt.set(field, clock());
    logger?.warn({ service, field }, 'a field of an answer cannot be read: it counts as not given');
  };
}

import type { Logger } from '@mood/runtime';

/** How often an unreadable field is logged, in milliseconds, however many answers have it. */
const silenceMs = 60_000;

/** Logs which field of a service's answers cannot be read. Fields are named by our schemas, so there are few. */
export function createOddFieldReport(service: string, logger: Logger | undefined, clock: () => number = () => performance.now()) {
  const saidAt = new Map<string, number>();
  return (field: string): void => {
    const last = saidAt.get(field);
    if (last !== undefined && clock() - last < silenceMs) return;
    saidAt.set(field, clock());
    logger?.warn({ service, field }, 'a field of an answer cannot be read: it counts as not given');
  };
}

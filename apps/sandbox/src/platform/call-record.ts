import type { FaultMode, ServiceName } from './faults.ts';
import { createRecentLog } from './recent-log.ts';

const counted = [
  'token',
  'jwks',
  'discovery',
  'introspect',
  'revoke',
  'users',
  'performers',
  'messages',
  'notifications',
  'events',
] as const;
export type CountedCall = (typeof counted)[number];

/** One arrival at a service. `pending` until it is answered. */
export interface Attempt {
  /** ISO 8601, when it arrived. */
  at: string;
  service: ServiceName;
  outcome: 'pending' | 'replayed' | 'refused' | FaultMode;
  idempotencyKey?: string;
}

export interface CallRecord {
  /** @returns the attempt, so that its outcome can be filled in. */
  arrived(service: ServiceName, call: CountedCall, idempotencyKey: string | undefined): Attempt;
  counters(): Record<CountedCall, number>;
  /** Under one key, or the newest thousand. Oldest first. */
  attempts(idempotencyKey?: string): Attempt[];
  clear(): void;
}

/** Who called what, when, and what came of it. A faulted call counts too: the caller has spent it. */
export function createCallRecord(): CallRecord {
  const counts = new Map<CountedCall, number>();
  const attempts = createRecentLog<Attempt>({
    capacity: 200_000,
    indexOf: (attempt) => attempt.idempotencyKey,
  });

  return {
    arrived(service, call, idempotencyKey) {
      const attempt: Attempt = {
        at: new Date().toISOString(),
        service,
        outcome: 'pending',
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      };
      counts.set(call, (counts.get(call) ?? 0) + 1);
      attempts.add(attempt);
      return attempt;
    },
    counters() {
      const count = (call: CountedCall) => counts.get(call) ?? 0;
      return {
        token: count('token'),
        jwks: count('jwks'),
        discovery: count('discovery'),
        introspect: count('introspect'),
        revoke: count('revoke'),
        users: count('users'),
        performers: count('performers'),
        messages: count('messages'),
        notifications: count('notifications'),
        events: count('events'),
      };
    },
    attempts: (idempotencyKey) => (idempotencyKey === undefined ? attempts.newest(1000) : attempts.under(idempotencyKey)),
    clear() {
      counts.clear();
      attempts.clear();
    },
  };
}

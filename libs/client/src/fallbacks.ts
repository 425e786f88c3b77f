import { describeError } from '@mood/runtime';
import type { FallbackReason, MoodClientError, Outage } from './mood-client-error.ts';

export type ClientCall = 'getTemplate' | 'renderTemplate' | 'getMood' | 'getMoods';

/** How often each call was answered without the mood system, by reason, since the client was made. */
export type FallbackCounts = Readonly<Record<ClientCall, Readonly<Record<FallbackReason, number>>>>;

export interface Fallback {
  call: ClientCall;
  reason: FallbackReason;
  /** What went wrong and why, in one line for a log: "The mood system cannot be reached. (fetch failed (connect ECONNREFUSED …))". No tokens. */
  cause: string;
  /** The same as an error. */
  error: MoodClientError;
}

export interface FallbackCounter {
  readonly counts: FallbackCounts;
  count(call: ClientCall, outage: Outage): void;
}

const none = (): Record<FallbackReason, number> => ({
  unreachable: 0,
  timeout: 0,
  'server-error': 0,
  'rate-limited': 0,
  'bad-answer': 0,
  'no-token': 0,
});

export function createFallbackCounter(onFallback?: (fallback: Fallback) => unknown): FallbackCounter {
  /** A message is not lost because somebody could not count it, at once or later. */
  async function tell(fallback: Fallback): Promise<void> {
    try {
      await onFallback?.(fallback);
    } catch {
      return;
    }
  }

  const counts = { getTemplate: none(), renderTemplate: none(), getMood: none(), getMoods: none() };
  return {
    counts,
    count(call, outage) {
      counts[call][outage.reason] += 1;
      void tell({ call, reason: outage.reason, cause: describeError(outage), error: outage });
    },
  };
}

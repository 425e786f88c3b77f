import { DependencyUnavailable } from '@mood/domain';
import type { Principal } from '../auth/principal.ts';
import { TooManyRequests } from '../http/request-limit.ts';

export interface StreamLimits {
  /** Open streams of this process. */
  perProcess: number;
  /** Open streams of a user, model, administrator or service in this process; 0: no limit. */
  perPrincipal: number;
}

/** Models that all streams of a process watch together, counted once for each stream: some hundred bytes each. */
const maxWatched = 200_000;
/** What a refused client is told to wait, in milliseconds. */
const waitMs = 30_000;

/** Counts open streams. */
export interface OpenStreams {
  readonly size: number;
  /**
   * Takes a place for a stream of so many models. @returns what gives it back; may be called again.
   * @throws TooManyRequests above the limit of the principal; DependencyUnavailable when the process has no place left.
   */
  take(principal: Principal, models: number): () => void;
}

export function countOpenStreams(
  { perProcess, perPrincipal }: StreamLimits,
  onRefused: (why: 'principal' | 'process') => void,
): OpenStreams {
  const ofPrincipal = new Map<string, number>();
  let [streams, watched] = [0, 0];
  return {
    get size() {
      return streams;
    },
    take({ role, subject }, models) {
      const key = `${role} ${subject}`;
      const open = ofPrincipal.get(key) ?? 0;
      if (perPrincipal > 0 && open >= perPrincipal) {
        onRefused('principal');
        throw new TooManyRequests(waitMs, `You have ${open} streams open, as many as you may. Close one first.`);
      }
      if (streams >= perProcess || watched + models > maxWatched) {
        onRefused('process');
        throw new DependencyUnavailable('room for another stream', { retryAfterSeconds: waitMs / 1_000 });
      }
      ofPrincipal.set(key, open + 1);
      streams += 1;
      watched += models;
      let isGivenBack = false;
      return () => {
        if (isGivenBack) return;
        isGivenBack = true;
        streams -= 1;
        watched -= models;
        const left = (ofPrincipal.get(key) ?? 1) - 1;
        if (left > 0) ofPrincipal.set(key, left);
        else ofPrincipal.delete(key);
      };
    },
  };
}

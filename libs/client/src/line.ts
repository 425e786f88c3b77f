import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Api, Question } from './api.ts';
import { startDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { Outage } from './mood-client-error.ts';
import { createTurns } from './turns.ts';

/** Sends requests that may be repeated until the API has taken them. */
export interface Line {
  /** @returns the API's answer. @throws MoodClientError when the API refuses, Outage when it did not answer for `patienceMs`, what `cut` was given. */
  send<T>(question: Question<T>): Promise<T>;
  /** Gives up everything that is on its way. */
  cut(reason: Error): void;
}

/** Requests at a time: a backlog must not overrun a mood system that has just come back. */
const atATime = 10;
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/** @param limits.timeoutMs for one attempt. @param limits.patienceMs after which no further attempt begins. */
export function createLine({ api, timeoutMs, patienceMs }: { api: Api; timeoutMs: number; patienceMs: number }): Line {
  const turns = createTurns(atATime);
  const underWay = new Set<Deadline>();
  const cutting = new AbortController();
  // Each report that waits for its next attempt listens.
  setMaxListeners(0, cutting.signal);

  async function attempt<T>(question: Question<T>): Promise<T> {
    const deadline = startDeadline(timeoutMs);
    underWay.add(deadline);
    try {
      return (await api.ask(question, deadline)).body;
    } finally {
      underWay.delete(deadline);
      deadline.end();
    }
  }

  async function waitBetween(waitMs: number): Promise<void> {
    try {
      await pause(waitMs, undefined, { signal: cutting.signal });
    } catch {
      cutting.signal.throwIfAborted();
    }
  }

  return {
    async send(question) {
      const giveUpAt = performance.now() + patienceMs;
      for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
        try {
          return await turns.take(() => attempt(question));
        } catch (error) {
          cutting.signal.throwIfAborted();
          if (!(error instanceof Outage)) throw error;
          // Half of it at random: those that failed together do not come back together.
          const nextMs = Math.max(waitMs * (0.5 + Math.random() / 2), error.retryAfterMs ?? 0);
          if (performance.now() + nextMs > giveUpAt) throw error;
          await waitBetween(nextMs);
        }
      }
    },
    cut(reason) {
      cutting.abort(reason);
      turns.end(reason);
      for (const deadline of underWay) deadline.expire();
    },
  };
}

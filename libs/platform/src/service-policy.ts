import { DependencyUnavailable, RefusedByService } from '@mood/domain';
import type { Logger } from '@mood/runtime';
import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ConstantBackoff,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { TimedOut } from './timed-out.ts';
import { UnusableAnswer } from './unusable-answer.ts';

export interface ServicePolicyOptions {
  /** As named in errors and logs: "message service". */
  service: string;
  /** Of one attempt, in milliseconds. */
  timeoutMs: number;
  logger?: Logger | undefined;
  /** Told of each attempt whether the service works. Of an answer that cannot be used nothing is said: it may be the fault of one record. */
  onOutcome?: ((works: boolean) => void) | undefined;
  /** Questions that may be under way at a time … */
  maxAsked?: number | undefined;
  /** … and those that may wait for their turn. Beyond them a question fails at once. */
  maxWaiting?: number | undefined;
}

/**
 * How calls to one service are made: each attempt bounded in time, reads tried twice and bounded in number, none at all while the service is
 * known to be down.
 */
export interface ServicePolicy {
  /** @param attempt gets the signal that ends it. @throws what it throws; DependencyUnavailable at once while the breaker is open, or the bulkhead is full. */
  read<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * One attempt: who tells a service something has a job that repeats it. While the breaker is open it waits, two seconds at
   * most, so that the job does not waste an attempt. @throws as `read`.
   */
  tell<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** What one process asks a service at a time. A service that answers in 20 ms gets 3,200 questions a second. */
const defaultMaxAsked = 64;
const defaultMaxWaiting = 256;
/** Consecutive failures that open the circuit breaker. */
const failuresInARow = 5;
/** How long the breaker stays open, in milliseconds. Then one call is let through. */
const openMs = 1_000;
/** How often a waiting call retries while the breaker is open. */
const turns = 10;

/** No answer in time, or 5xx. A refusal, and an answer that cannot be used, come from a service that is up. */
const isDown = (error: unknown) => error instanceof DependencyUnavailable && !(error instanceof UnusableAnswer);
/** A call that timed out is not retried: the caller has waited long enough. */
const failedQuickly = (error: unknown) => isDown(error) && !(error instanceof Error && error.cause instanceof TimedOut);

export function createServicePolicy(options: ServicePolicyOptions): ServicePolicy {
  const { service, timeoutMs, logger, onOutcome, maxAsked = defaultMaxAsked, maxWaiting = defaultMaxWaiting } = options;
  const inTime = timeout(timeoutMs, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false });
  const breaker = circuitBreaker(handleWhen(isDown), { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failuresInARow) });
  const twice = retry(handleWhen(failedQuickly), { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 200 }) });
  const waiting = retry(
    handleWhen((error) => isBrokenCircuitError(error)),
    { maxAttempts: turns, backoff: new ConstantBackoff((2 * openMs) / turns) },
  );
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) logger?.warn({ service, forMs: openMs }, 'circuit breaker is open: the service is not called');
    if (state === CircuitState.Closed) logger?.info({ service }, 'service answers again');
  });

  const once = wrap(waiting, breaker, inTime);
  const reading = wrap(bulkhead(maxAsked, maxWaiting), twice, breaker, inTime);
  async function run<T>(policy: typeof once | typeof reading, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      const answered = await policy.execute(({ signal }) => settled(attempt(signal), onOutcome));
      return answered();
    } catch (error) {
      if (isBrokenCircuitError(error) || isBulkheadRejectedError(error)) throw new DependencyUnavailable(service, { cause: error });
      throw error;
    }
  }
  return { read: (attempt) => run(reading, attempt), tell: (attempt) => run(once, attempt) };
}

/** An error that proves the service is up passes the policies as a value: it resets the count of failures and lets the breaker close. */
async function settled<T>(attempt: Promise<T>, onOutcome: ServicePolicyOptions['onOutcome']): Promise<() => T> {
  try {
    const value = await attempt;
    onOutcome?.(true);
    return () => value;
  } catch (error) {
    if (isDown(error)) {
      onOutcome?.(false);
      throw error;
    }
    if (error instanceof RefusedByService) onOutcome?.(true);
    return () => {
      throw error;
    };
  }
}

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
  /** The service's name in errors and logs: "message service". */
  service: string;
  /** Time limit of one attempt, in milliseconds. */
  timeoutMs: number;
  logger?: Logger | undefined;
  /** Called after each attempt with whether the service works. Not called for an unusable answer, which may be the fault of one record. */
  onOutcome?: ((works: boolean) => void) | undefined;
  /** Concurrent reads … */
  maxAsked?: number | undefined;
  /** … and reads that may wait. Beyond them a read fails at once (bulkhead). */
  maxWaiting?: number | undefined;
}

/** The policy of calls to one service: a timeout per attempt, one retry for reads, a bulkhead, and a circuit breaker. */
export interface ServicePolicy {
  /**
   * A read.
   * @param attempt gets the signal that ends it.
   * @throws what it throws; DependencyUnavailable at once while the breaker is open, or the bulkhead is full.
   */
  read<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * A write: one attempt, since the job behind it is retried. While the breaker is open it waits, up to two seconds, so that the job's
   * attempt is not wasted.
   * @throws as `read`.
   */
  tell<T>(attempt: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Concurrent reads of one process. With a service that answers in 20 ms that is 3,200 reads a second. */
const defaultMaxAsked = 64;
const defaultMaxWaiting = 256;
/** Consecutive failures that open the circuit breaker. */
const failuresInARow = 5;
/** How long the breaker stays open, in milliseconds. Then one call is let through. */
const openMs = 1_000;
/** How often a waiting call retries while the breaker is open. */
const turns = 10;

/** Failures that count for the breaker: a timeout, or 5xx. A service that refuses, or sends an unusable answer, is up. */
const isDown = (error: unknown) => error instanceof DependencyUnavailable && !(error instanceof UnusableAnswer);
/** A timeout is not retried: the caller has waited long enough. */
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

/** Errors that prove the service is up pass through the policies as values: that resets the failure count, and lets the breaker close. */
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

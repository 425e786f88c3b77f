import { DomainError } from '@mood/domain';

/** More requests than a caller may send in a minute. Not the 50 mood changes of an hour, which are `RateLimitExceeded`. */
export class TooManyRequests extends DomainError {
  override readonly name = 'TooManyRequests';
  /** Whole seconds after which the caller may come again; at least 1. */
  readonly retryAfterSeconds: number;

  constructor(waitMs: number, what = 'Too many requests.') {
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
    super('TOO_MANY_REQUESTS', `${what} Try again in ${seconds} s.`);
    this.retryAfterSeconds = seconds;
  }
}

import { DependencyUnavailable } from '@mood/domain';

/**
 * The service answered with something unusable: a redirect, "too many requests", HTML instead of JSON. For the caller that is like an
 * outage; but the service is up, so the breaker does not count it, and other calls go on.
 */
export class UnusableAnswer extends DependencyUnavailable {
  override readonly name = 'UnusableAnswer';

  constructor(service: string, problem: string, options?: ErrorOptions) {
    super(service, { cause: new Error(problem, options) });
  }
}

import { DependencyUnavailable } from '@mood/domain';

/**
 * The service answered, but not with what was asked for: a redirect, "too many requests", HTML instead of JSON. Whoever asked has no answer,
 * as in an outage. The service is up, though, so nobody else has to go without: the breaker does not count it.
 */
export class UnusableAnswer extends DependencyUnavailable {
  override readonly name = 'UnusableAnswer';

  constructor(service: string, problem: string, options?: ErrorOptions) {
    super(service, { cause: new Error(problem, options) });
  }
}

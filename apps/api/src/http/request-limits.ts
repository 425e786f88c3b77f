import type { SignInLimits } from '../auth/guards.ts';
import type { RefusalLimits } from './refused-writes.ts';
import type { RequestLimit } from './request-limit.ts';

/**
 * All rate limits of the API: per client address, for unauthenticated requests, per principal, for failed sign-ins, and for refused writes.
 */
export interface RequestLimits extends SignInLimits {
  perAddress: RequestLimit;
  anonymous: RequestLimit;
  refusedWrites: RefusalLimits;
}

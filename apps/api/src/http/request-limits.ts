import type { SignInLimits } from '../auth/guards.ts';
import type { RefusalLimits } from './refused-writes.ts';
import type { RequestLimit } from './request-limit.ts';

/**
 * The limits of the API: all requests of an address, those of nobody who is signed in, requests of somebody who is, and failed sign-ins
 * of an address.
 */
export interface RequestLimits extends SignInLimits {
  perAddress: RequestLimit;
  anonymous: RequestLimit;
  refusedWrites: RefusalLimits;
}

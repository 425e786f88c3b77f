import { hash } from 'node:crypto';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import type { RequestLimit } from '../http/request-limit.ts';
import { TooManyRequests } from '../http/request-limit.ts';
import type { NotAuthenticated } from './errors.ts';

/** How many forged tokens are remembered, about 150 bytes each. */
const maxRemembered = 50_000;
/** Within this many milliseconds the same token counts once. */
const rememberedMs = 600_000;

export interface FailedSignIns {
  /**
   * Counts a forged token for the client address that sent it; the same token once.
   * @throws TooManyRequests instead of the refusal when the address has shown too many.
   */
  refuse(address: string, credentials: string, failure: NotAuthenticated): Promise<never>;
}

export function countFailedSignIns(limit: RequestLimit): FailedSignIns {
  const seen = new LRUCache<string, true>({ ...roomFor(maxRemembered), ttl: rememberedMs, updateAgeOnGet: true });
  return {
    async refuse(address, credentials, failure) {
      // A token that the auth service signed is no guess, even if it has expired or was revoked.
      if (!failure.isForgery) throw failure;
      const key = `${address} ${hash('sha256', credentials, 'base64')}`;
      const isNew = seen.get(key) === undefined;
      seen.set(key, true);
      const waitMs = await (isNew ? limit.take(address) : limit.wouldRefuse(address));
      throw waitMs === undefined ? failure : new TooManyRequests(waitMs);
    },
  };
}

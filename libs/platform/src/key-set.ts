import { DependencyUnavailable } from '@mood/domain';
import { createLocalJWKSet, errors } from 'jose';
import type { JWK, JWTVerifyGetKey } from 'jose';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';

/** The public keys of the auth service (RFC 7517). */
export interface KeySet {
  /**
   * Finds the key of a token, for `jwtVerify`. For an unknown key id the set is fetched again, once per cooldown; within the cooldown a key
   * that was just introduced cannot be told from a made-up id.
   * @throws JWSInvalid when the key id is no text; JWKSNoMatchingKey when a set that was fetched after the key id first came in does not
   * have it; JWKSMultipleMatchingKeys; DependencyUnavailable when neither is known.
   */
  find: JWTVerifyGetKey;
  /**
   * For a signature that does not verify: the key may have been replaced under the same id. Fetches the set again, once per cooldown.
   * @returns whether it did.
   * @throws DependencyUnavailable within the cooldown if the service has replaced keys like this before: a valid new token cannot be told
   * from a forged one then.
   */
  renew(): Promise<boolean>;
}

export interface KeySetOptions {
  /** The service's name in errors. */
  service: string;
  /** Fetches the entries of the key set. @throws DependencyUnavailable. */
  fetchKeys: () => Promise<readonly unknown[]>;
  /** The clock, in milliseconds from any origin. By default a monotonic one. */
  clock?: () => number;
}

/** The cooldown: at most one fetch for unknown key ids, and one for signatures that do not verify, in this many milliseconds. */
export const keySetCooldownMs = 5_000;
/** Keys older than this are fetched again, so that a withdrawn key stops working. */
const maxAgeMs = 600_000;
/** Unknown key ids since the last fetch. Callers choose them, so their number is bounded. */
const maxAbsent = 1_000;

interface Keys {
  find: JWTVerifyGetKey;
  ids: ReadonlySet<string>;
  entries: readonly JWK[];
  /** When the keys were fetched: keys that were published later may be missing. */
  askedAt: number;
}

const isObject = (entry: unknown): entry is JWK => typeof entry === 'object' && entry !== null && !Array.isArray(entry);

const materialOf = ({ kty, crv, x, y, n, e }: JWK) => JSON.stringify([kty, crv, x, y, n, e]);

/** Whether the key of an id has changed since the last fetch. */
function holdsAnotherKey(before: readonly JWK[], after: readonly JWK[]): boolean {
  const known = new Map(before.map((key) => [key.kid, materialOf(key)]));
  return after.some((key) => typeof key.kid === 'string' && known.has(key.kid) && known.get(key.kid) !== materialOf(key));
}

export function createKeySet({ service, fetchKeys, clock = () => performance.now() }: KeySetOptions): KeySet {
  let current: Keys | undefined;
  let asking: Promise<Keys> | undefined;
  /** When the set was last fetched for a signature; separate from other fetches, which must not delay it. */
  let renewedAt = -Infinity;
  let replacesInPlace = false;
  const absent = new LRUCache<string, true>(roomFor(maxAbsent));

  async function ask(): Promise<Keys> {
    const askedAt = clock();
    // An invalid entry is skipped; the other keys still work.
    const entries = (await fetchKeys()).filter(isObject);
    if (entries.length === 0) throw new DependencyUnavailable(service, { cause: new Error('the key set holds no keys') });
    const ids = new Set(entries.map(({ kid }) => kid).filter((kid) => typeof kid === 'string'));
    replacesInPlace ||= current !== undefined && holdsAnotherKey(current.entries, entries);
    current = { find: createLocalJWKSet({ keys: entries }), ids, entries, askedAt };
    absent.clear();
    return current;
  }

  const tryAgainIn = (waitMs: number) => new DependencyUnavailable(service, { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) });

  const refresh = () =>
    (asking ??= ask().finally(() => {
      asking = undefined;
    }));

  async function keysInUse(): Promise<Keys> {
    if (current !== undefined && clock() - current.askedAt <= maxAgeMs) return current;
    try {
      return await refresh();
    } catch (error) {
      // If fetching fails, old keys are used: whether a session is alive is checked separately.
      if (current !== undefined) return current;
      throw error;
    }
  }

  /** The current key set, or a newer one if the id is not in it. */
  async function keysFor(kid: string | undefined): Promise<Keys> {
    const arrivedAt = clock();
    const known = await keysInUse();
    if (kid === undefined || known.ids.has(kid) || absent.has(kid)) return known;
    const keys = clock() - known.askedAt >= keySetCooldownMs ? await refresh() : known;
    if (keys.ids.has(kid)) return keys;
    if (keys.askedAt < arrivedAt) {
      throw tryAgainIn(keys.askedAt + keySetCooldownMs - clock());
    }
    absent.set(kid, true);
    return keys;
  }

  return {
    async find(header, token) {
      const kid: unknown = header.kid;
      if (kid !== undefined && typeof kid !== 'string') throw new errors.JWSInvalid('"kid" (Key ID) must be text');
      const keys = await keysFor(kid);
      try {
        return await keys.find(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        // An unreadable entry is the service's fault, not the token's.
        throw new DependencyUnavailable(service, { cause: error });
      }
    },
    async renew() {
      if (asking === undefined) {
        const waitMs = renewedAt + keySetCooldownMs - clock();
        if (waitMs > 0 && replacesInPlace) throw tryAgainIn(waitMs);
        if (waitMs > 0) return false;
        renewedAt = clock();
      }
      await refresh();
      return true;
    },
  };
}

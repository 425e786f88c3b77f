import { DependencyUnavailable } from '@mood/domain';
import { createLocalJWKSet, errors } from 'jose';
import type { JWK, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';

/** The public keys of the auth service (RFC 7517). */
export interface KeySet {
  /**
   * Finds the key of a token, for `jwtVerify`. A key id that is not there is looked for in a fresh set, once per cooldown; until then nobody
   * can tell a key that has just come into use from one that was made up.
   * @throws JWSInvalid when the key id is no text; JWKSNoMatchingKey when a set that was asked for after the key id first came in does not
   * have it; JWKSMultipleMatchingKeys; DependencyUnavailable when neither can be said.
   */
  find: JWTVerifyGetKey;
  /**
   * For a signature that did not fit: a key may be replaced under its old id. Asks anew, once per cooldown.
   * @returns whether it did. @throws DependencyUnavailable when it may not yet, and the service is known to replace keys so: nobody can tell
   * a key that has just come into use from a forgery then.
   */
  renew(): Promise<boolean>;
}

export interface KeySetOptions {
  /** As named in errors. */
  service: string;
  /** Asks for the entries of the key set. @throws DependencyUnavailable. */
  fetchKeys: () => Promise<readonly unknown[]>;
  /** In milliseconds, from any beginning. By default one that nobody can set back. */
  clock?: () => number;
}

/** At most one request for the key set in so many milliseconds, however many unknown key ids come in, and one however many signatures do not fit. */
export const keySetCooldownMs = 5_000;
/** Keys are asked for anew when they are older, so that a key that was withdrawn goes. */
const maxAgeMs = 600_000;
/** Key ids that were looked for in vain since the last request. Callers choose them, so their number is bounded. */
const maxAbsent = 1_000;

interface Keys {
  find: JWTVerifyGetKey;
  ids: ReadonlySet<string>;
  entries: readonly JWK[];
  /** When the keys were asked for. Those that were published later may be missing. */
  askedAt: number;
}

const isObject = (entry: unknown): entry is JWK => typeof entry === 'object' && entry !== null && !Array.isArray(entry);

const materialOf = ({ kty, crv, x, y, n, e }: JWK) => JSON.stringify([kty, crv, x, y, n, e]);

/** Whether a key id has another key than before. */
function holdsAnotherKey(before: readonly JWK[], after: readonly JWK[]): boolean {
  const known = new Map(before.map((key) => [key.kid, materialOf(key)]));
  return after.some((key) => typeof key.kid === 'string' && known.has(key.kid) && known.get(key.kid) !== materialOf(key));
}

export function createKeySet({ service, fetchKeys, clock = () => performance.now() }: KeySetOptions): KeySet {
  let current: Keys | undefined;
  let asking: Promise<Keys> | undefined;
  /** When the keys were asked for because a signature did not fit: apart from all other times, so that those do not put it off. */
  let renewedAt = -Infinity;
  let replacesInPlace = false;
  const absent = new LRUCache<string, true>({ max: maxAbsent });

  async function ask(): Promise<Keys> {
    const askedAt = clock();
    // What is no key costs only itself.
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
      // Old keys are better than none: whether a session is alive is asked apart.
      if (current !== undefined) return current;
      throw error;
    }
  }

  /** The key set as it is, or a newer one if the id is not in it. */
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
        // An entry that cannot be read is no fault of whoever shows the token.
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

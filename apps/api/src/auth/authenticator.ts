import { hash } from 'node:crypto';
import { DependencyUnavailable } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { NotAuthenticated } from './errors.ts';
import type { Principal } from './principal.ts';
import { verifyToken } from './verify-token.ts';
import type { TokenRules, VerifiedToken } from './verify-token.ts';

/** What the caller wants to do. While the auth service is down, known sessions may read for a while; nobody may write. */
export type Intent = 'read' | 'write';

export interface Authenticator {
  /**
   * The principal of a token from memory, synchronously, if its session was confirmed recently enough for the intent. undefined: call
   * `authenticate`.
   */
  recall(token: string, intent: Intent): Principal | undefined;
  /** @throws NotAuthenticated; DependencyUnavailable. */
  authenticate(token: string, intent: Intent): Promise<Principal>;
  /**
   * Ends a session: in this process at once and for good, and at the platform (RFC 7009), so that other processes learn it at their next
   * introspection. If the platform could not be reached, calling this again tells it again.
   * @returns whose session it was.
   * @throws NotAuthenticated; DependencyUnavailable when the platform could not be told.
   */
  end(token: string): Promise<Principal>;
}

/** How long a positive introspection answer is trusted, in milliseconds. */
const sessionFreshMs: Readonly<Record<Intent, number>> = { read: 10_000, write: 1_000 };
/** … and how long for reads while the auth service does not answer. */
const sessionStaleMs = 60_000;
const maxTokenLength = 8_192;
const maxCachedTokens = 50_000;
const maxEndedTokens = 10_000;

interface Session extends VerifiedToken {
  /** What `endedKeyOf` makes of its token. */
  endedKey: string;
  /** When the auth service last said that the session is alive; 0 before the first answer. */
  confirmedAt: number;
  /** The introspection under way. Its answer is as old as the moment when it was sent, also for requests that joined later. */
  asking: { since: number; answer: Promise<boolean> } | undefined;
}

interface EndedSession {
  principal: Principal;
  /** Whether the platform has been told that the session ended. */
  isTold: boolean;
}

/**
 * Names a session by what its token says, without the signature: that can be written in more than one way (padding, unused bits, either of
 * the two values of ECDSA), and each of them is good.
 */
const endedKeyOf = (token: string) => hash('sha256', token.slice(0, Math.max(0, token.lastIndexOf('.'))), 'base64');

const hasEnded = () => new NotAuthenticated('revoked', 'The session has ended. Sign in again.');

/**
 * Caches principals by the hash of their token, so that a known token costs no cryptography and no call. No entry outlives its token's
 * expiry. The session behind a token is introspected again after 10 s for reads, 1 s for writes; concurrent requests share one
 * introspection.
 */
export function createAuthenticator(authService: AuthService, rules: TokenRules, clock: () => number = Date.now): Authenticator {
  const sessions = new LRUCache<string, Session>(roomFor(maxCachedTokens));
  const ended = new LRUCache<string, EndedSession>(roomFor(maxEndedTokens));

  const isCurrent = (session: Session | undefined): session is Session => session !== undefined && session.expiresAt.getTime() > clock();
  /** If the clock was set back, confirmations lie in the future: their age is unknown, and they count as too old. */
  function isWithin(maxMs: number, askedAt: number): boolean {
    const age = clock() - askedAt;
    return age >= 0 && age <= maxMs;
  }
  const isFresh = (askedAt: number, intent: Intent) => isWithin(sessionFreshMs[intent], askedAt);

  function keyOf(token: string): string {
    if (token.length > maxTokenLength) throw new NotAuthenticated('malformed', 'The bearer token is too long.');
    return hash('sha256', token, 'base64');
  }

  async function sessionOf(key: string, token: string): Promise<Session> {
    const endedKey = endedKeyOf(token);
    if (ended.has(endedKey)) throw hasEnded();
    const known = sessions.get(key);
    if (isCurrent(known)) return known;
    sessions.delete(key);
    const session = { ...(await verifyToken(token, authService, rules)), endedKey, confirmedAt: 0, asking: undefined };
    // A concurrent request with the same token may have stored a session meanwhile: use that one.
    const raced = sessions.get(key);
    if (raced !== undefined) return raced;
    if (isCurrent(session)) sessions.set(key, session);
    return session;
  }

  function ask(session: Session, token: string): NonNullable<Session['asking']> {
    const asking = {
      since: clock(),
      answer: authService.isSessionActive(token).finally(() => {
        if (session.asking === asking) session.asking = undefined;
      }),
    };
    session.asking = asking;
    return asking;
  }

  async function isAlive(session: Session, token: string, intent: Intent): Promise<boolean> {
    if (isFresh(session.confirmedAt, intent)) return true;
    // An introspection that was sent long ago describes a time before this request: it is not shared.
    const shared = session.asking !== undefined && isFresh(session.asking.since, intent) ? session.asking : undefined;
    const { since, answer } = shared ?? ask(session, token);
    try {
      const active = await answer;
      if (active && (since > session.confirmedAt || session.confirmedAt > clock())) session.confirmedAt = since;
      return active;
    } catch (error) {
      const mayReadOn = intent === 'read' && isWithin(sessionStaleMs, session.confirmedAt);
      if (error instanceof DependencyUnavailable && mayReadOn) return true;
      throw error;
    }
  }

  return {
    recall(token, intent) {
      if (token.length > maxTokenLength) return undefined;
      const session = sessions.get(keyOf(token));
      const isKnown = isCurrent(session) && isFresh(session.confirmedAt, intent) && !ended.has(session.endedKey);
      return isKnown ? session.principal : undefined;
    },

    async authenticate(token, intent) {
      const key = keyOf(token);
      const session = await sessionOf(key, token);
      const alive = await isAlive(session, token, intent);
      if (alive && !ended.has(session.endedKey)) return session.principal;
      sessions.delete(key);
      throw hasEnded();
    },

    async end(token) {
      const key = keyOf(token);
      const endedKey = endedKeyOf(token);
      const before = ended.get(endedKey);
      if (before?.isTold === true) throw hasEnded();
      const { principal } = before ?? (await sessionOf(key, token));
      ended.set(endedKey, { principal, isTold: false });
      sessions.delete(key);
      await authService.revoke(token);
      ended.set(endedKey, { principal, isTold: true });
      return principal;
    },
  };
}

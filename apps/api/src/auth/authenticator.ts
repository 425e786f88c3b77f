import { hash } from 'node:crypto';
import { DependencyUnavailable } from '@mood/domain';
import type { AuthService } from '@mood/platform';
import { LRUCache } from 'lru-cache';
import { NotAuthenticated } from './errors.ts';
import type { Principal } from './principal.ts';
import { verifyToken } from './verify-token.ts';
import type { TokenRules, VerifiedToken } from './verify-token.ts';

/** What the caller wants to do. While the auth service is down, known sessions may read for a while; nobody may write. */
export type Intent = 'read' | 'write';

export interface Authenticator {
  /** Whose token it is when that is known, and fresh; at once. undefined: `authenticate` may find out. */
  recall(token: string): Principal | undefined;
  /** @throws NotAuthenticated; DependencyUnavailable. */
  authenticate(token: string, intent: Intent): Promise<Principal>;
  /** Whether the token was verified before and has not expired. Costs neither a signature check nor a question to anybody. */
  knows(token: string): boolean;
}

/** A positive answer about a session may be this old, in milliseconds. */
const sessionFreshMs = 10_000;
/** … and this old for reads while the auth service does not answer. */
const sessionStaleMs = 60_000;
const maxTokenLength = 8_192;
const maxCachedTokens = 50_000;

interface Session extends VerifiedToken {
  /** When the auth service last said that the session is alive; 0 before the first answer. */
  confirmedAt: number;
  /** The question under way. Its answer is as old as the question, however late somebody joined in waiting for it. */
  asking: { since: number; answer: Promise<boolean> } | undefined;
}

/**
 * Knows principals by the hash of their token, so that a known token costs no cryptography and no call.
 * Never past the token's expiry; the session behind it is asked about again when the answer is older than 10 s.
 */
export function createAuthenticator(authService: AuthService, rules: TokenRules, clock: () => number = Date.now): Authenticator {
  const sessions = new LRUCache<string, Session>({ max: maxCachedTokens });

  const hashOf = (token: string) => hash('sha256', token, 'base64');
  const isCurrent = (session: Session | undefined): session is Session => session !== undefined && session.expiresAt.getTime() > clock();

  async function sessionOf(key: string, token: string): Promise<Session> {
    const known = sessions.get(key);
    if (isCurrent(known)) return known;
    sessions.delete(key);
    const session = { ...(await verifyToken(token, authService, rules)), confirmedAt: 0, asking: undefined };
    // Another request with the same token may have been quicker: they share what they ask.
    const raced = sessions.get(key);
    if (raced !== undefined) return raced;
    if (isCurrent(session)) sessions.set(key, session);
    return session;
  }

  async function isAlive(session: Session, token: string, intent: Intent): Promise<boolean> {
    if (clock() - session.confirmedAt <= sessionFreshMs) return true;
    session.asking ??= {
      since: clock(),
      answer: authService.isSessionActive(token).finally(() => {
        session.asking = undefined;
      }),
    };
    const { since, answer } = session.asking;
    try {
      const active = await answer;
      if (active) session.confirmedAt = since;
      return active;
    } catch (error) {
      const mayReadOn = intent === 'read' && clock() - session.confirmedAt <= sessionStaleMs;
      if (error instanceof DependencyUnavailable && mayReadOn) return true;
      throw error;
    }
  }

  return {
    knows: (token) => token.length <= maxTokenLength && isCurrent(sessions.peek(hashOf(token))),

    recall(token) {
      if (token.length > maxTokenLength) return undefined;
      const session = sessions.get(hashOf(token));
      return isCurrent(session) && clock() - session.confirmedAt <= sessionFreshMs ? session.principal : undefined;
    },

    async authenticate(token, intent) {
      if (token.length > maxTokenLength) throw new NotAuthenticated('malformed', 'The bearer token is too long.');
      const key = hashOf(token);
      const session = await sessionOf(key, token);
      if (await isAlive(session, token, intent)) return session.principal;
      sessions.delete(key);
      throw new NotAuthenticated('revoked', 'The session has ended. Sign in again.');
    },
  };
}

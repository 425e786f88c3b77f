import { hash, randomUUID } from 'node:crypto';
import { plainName } from '@mood/domain';
import type { SignedIn, SignIn } from '@mood/platform';
import { SignInRefused } from '@mood/platform';
import { roomFor } from '@mood/runtime';
import type { KeyList } from '@mood/runtime';
import type { Context } from 'hono';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Authenticator } from '../auth/authenticator.ts';
import { NotAuthenticated } from '../auth/errors.ts';
import { createSealedCookie } from './sealed-cookie.ts';

/** What the cookie of a session holds. The tokens never reach a page. */
const sessionSchema = z.object({
  /** Of the sign-in, not of its tokens: it stays when they are renewed. */
  id: z.string(),
  access: z.string(),
  refresh: z.string().optional(),
  name: z.string().nullable(),
  /** Epoch seconds. */
  exp: z.number(),
});
export type Session = z.output<typeof sessionSchema>;

export interface SessionDependencies {
  sessionKeys: KeyList;
  signIn: SignIn;
  authenticator: Authenticator;
  /** Ends a token at the platform (RFC 7009). */
  revokeToken: (token: string) => Promise<void>;
  isOverTls: (c: Context) => boolean;
}

/** The sessions of people in browsers. They live in cookies: any process that has the keys knows them. */
export interface Sessions {
  /** undefined without a session, or with one that has ended. */
  read(c: Context): Promise<Session | undefined>;
  /**
   * The session in the form of an Authorization header. Its tokens are renewed shortly before they expire: the answer has the new cookie then.
   * @throws NotAuthenticated; DependencyUnavailable when they have expired and cannot be renewed now.
   */
  credentials(c: Context): Promise<string>;
  /** @throws DomainError INVALID_REQUEST when the tokens are too long for a cookie. */
  start(c: Context, tokens: SignedIn): Promise<void>;
  /** Deletes the cookie and ends the session, here and at the platform. @throws DependencyUnavailable when that could not be told. */
  end(c: Context): Promise<void>;
}

/** The longest session, however often it is renewed. */
const maxSeconds = 8 * 3_600;
/** How long before its end an access token is renewed. */
const renewSeconds = 60;
/** For so long a renewal answers who comes with the cookie from before it: other tabs, and requests under way. */
const renewedMs = 120_000;
const maxOpened = 2_000;
const maxEnded = 10_000;

const nowSeconds = () => Math.floor(Date.now() / 1_000);
const endOf = (token: string) => decodeJwt(token).exp ?? 0;
const bearer = ({ access }: Session) => `Bearer ${access}`;
const keyOf = (text: string) => hash('sha256', text, 'base64');
const hasEnded = () => new NotAuthenticated('expired', 'Your session has ended. Sign in again.');

export function createSessions({ sessionKeys, signIn, authenticator, revokeToken, isOverTls }: SessionDependencies): Sessions {
  const cookie = createSealedCookie({ name: 'mood', keys: sessionKeys, schema: sessionSchema }, isOverTls);
  /** Cookies that were opened before: a page asks for a dozen things at once. */
  const opened = new LRUCache<string, Session>(roomFor(maxOpened));
  const renewals = new LRUCache<string, Promise<Session>>({ ...roomFor(maxOpened), ttl: renewedMs });
  /**
   * Ids of sessions that were ended here, so that a cookie that comes late, or was copied, does not bring one back; with whether the platform has
   * been told.
   */
  const ended = new LRUCache<string, 'told' | 'not told'>(roomFor(maxEnded));

  /** Also a session that was ended here. */
  async function open(c: Context): Promise<Session | undefined> {
    const text = cookie.textOf(c);
    if (text === undefined) return undefined;
    const key = keyOf(text);
    const session = opened.get(key) ?? (await cookie.read(c));
    if (session === undefined || session.exp <= nowSeconds()) return undefined;
    opened.set(key, session);
    return session;
  }

  async function read(c: Context): Promise<Session | undefined> {
    const session = await open(c);
    return session === undefined || ended.has(session.id) ? undefined : session;
  }

  async function renew(session: Session, refreshToken: string): Promise<Session> {
    const tokens = await signIn.refresh(refreshToken);
    const [before, after] = [decodeJwt(session.access), await authenticator.authenticate(tokens.accessToken, 'write')];
    if (after.role !== before['role'] || after.subject !== before.sub?.toLowerCase()) throw hasEnded();
    const renewed = { ...session, access: tokens.accessToken, refresh: tokens.refreshToken ?? refreshToken };
    if (!ended.has(session.id)) return renewed;
    // It was ended meanwhile.
    await endTokens(renewed);
    throw hasEnded();
  }

  /** Once for all who come with the same tokens. */
  function renewOnce(session: Session, refreshToken: string): Promise<Session> {
    const key = keyOf(refreshToken);
    const known = renewals.get(key);
    if (known !== undefined) return known;
    const renewal = renew(session, refreshToken);
    renewals.set(key, renewal);
    renewal.catch(() => renewals.delete(key));
    return renewal;
  }

  async function endTokens({ access, refresh }: Session): Promise<void> {
    const isOver = (error: unknown) => {
      if (!(error instanceof NotAuthenticated)) throw error;
    };
    await Promise.all([authenticator.end(access).catch(isOver), refresh === undefined ? undefined : revokeToken(refresh)]);
  }

  return {
    read,

    async credentials(c) {
      const session = await read(c);
      if (session === undefined) throw new NotAuthenticated('missing', 'You are not signed in. Sign in at /panel/sign-in.');
      const secondsLeft = endOf(session.access) - nowSeconds();
      if (session.refresh === undefined || secondsLeft > renewSeconds) return bearer(session);
      try {
        const renewed = await renewOnce(session, session.refresh);
        await cookie.write(c, renewed, new Date(renewed.exp * 1_000));
        return bearer(renewed);
      } catch (error) {
        if (secondsLeft > 0) return bearer(session);
        throw error instanceof SignInRefused ? hasEnded() : error;
      }
    },

    async start(c, { accessToken, refreshToken, name }) {
      const longest = nowSeconds() + maxSeconds;
      const exp = refreshToken === undefined ? Math.min(longest, endOf(accessToken)) : longest;
      const session = { id: randomUUID(), access: accessToken, refresh: refreshToken, name: plainName(name), exp };
      await cookie.write(c, session, new Date(exp * 1_000));
    },

    async end(c) {
      const session = await open(c);
      cookie.remove(c);
      if (session === undefined || ended.get(session.id) === 'told') return;
      ended.set(session.id, 'not told');
      const renewed = session.refresh === undefined ? undefined : await renewals.get(keyOf(session.refresh))?.catch(() => undefined);
      await endTokens(renewed ?? session);
      ended.set(session.id, 'told');
    },
  };
}

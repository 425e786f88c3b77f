import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import { signingAlgorithm } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';

export const roles = ['user', 'model', 'admin', 'service'] as const;
export type Role = (typeof roles)[number];

/** Scopes of an administrator's token when the request names none: all of them, so that newcomers can try everything. */
export const administratorScopes =
  'mood:override templates:write queues:write audit:read analytics:read flags:write experiments:write alerts:write';

const tokenType = 'at+jwt';

const refreshType = 'rt+jwt';
/** How long a sign-in can be continued by refresh tokens, in seconds. */
const signInSeconds = 12 * 3_600;

/** [jti of a token, or sid of a sign-in; until when it matters (epoch seconds)] */
type RevokedToken = [id: string, exp: number];

interface TokenRequest {
  role: Role;
  subject: string;
  scope?: string | undefined;
  /** Lifetime in seconds. Negative: the token has expired that long ago. */
  expiresIn: number;
  /** The sign-in that it comes from (`sid`). Ending one of its tokens ends them all. */
  session?: string | undefined;
}

/** What a refresh token says: for whom, for which client and from which sign-in it is. */
export interface RefreshClaims {
  subject: string;
  clientId: string;
  session: string;
  id: string;
}

/** RFC 7662, section 2.2. */
type Introspection = { active: false } | { active: true; [claim: string]: unknown };

export interface Tokens {
  issue(request: TokenRequest): Promise<string>;
  issueRefreshToken(claims: Omit<RefreshClaims, 'id'>): Promise<string>;
  /** What `aud` is told of who signed in (OpenID Connect Core, section 2). */
  issueIdToken(audience: string, subject: string, claims: JWTPayload): Promise<string>;
  /** @returns undefined when it is expired, ended, or not from here. */
  readRefreshToken(token: string): Promise<RefreshClaims | undefined>;
  /** Ends a sign-in: its access and its refresh tokens. */
  endSession(session: string): void;
  introspect(token: string): Promise<Introspection>;
  /** @returns false when there was nothing to revoke: the token is expired, revoked already, or not from here. */
  revoke(token: string): Promise<boolean>;
  revoked(): RevokedToken[];
}

export interface TokensDeps {
  issuer: string;
  audience: string;
  signingKey: SigningKey;
  revoked?: readonly RevokedToken[];
}

/** Issues tokens, and remembers which were revoked. */
export function createTokens({ issuer, audience, signingKey, revoked = [] }: TokensDeps): Tokens {
  const revokedUntil = new Map<string, number>(revoked);

  /** Verified signatures are cached: services introspect the same tokens again and again. */
  const verified = new LRUCache<string, JWTPayload>(roomFor(20_000));

  async function verify(token: string): Promise<JWTPayload> {
    const known = verified.get(token);
    if (known?.exp !== undefined && known.exp > Date.now() / 1_000) return known;
    const { payload } = await jwtVerify(token, signingKey.publicKey, {
      issuer,
      audience,
      typ: tokenType,
      algorithms: [signingAlgorithm],
      requiredClaims: ['sub', 'role', 'iat', 'nbf', 'exp', 'jti'],
    });
    verified.set(token, payload);
    return payload;
  }

  const isRevoked = ({ jti, sid }: JWTPayload) => revokedUntil.has(jti ?? '') || (typeof sid === 'string' && revokedUntil.has(sid));

  async function introspect(token: string): Promise<Introspection> {
    try {
      const payload = await verify(token);
      if (isRevoked(payload)) return { active: false };
      return { active: true, ...payload, token_type: 'Bearer' };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { active: false };
      throw error;
    }
  }

  async function readRefreshToken(token: string): Promise<RefreshClaims | undefined> {
    try {
      const checks = { issuer, audience: issuer, typ: refreshType, algorithms: [signingAlgorithm] };
      const { payload } = await jwtVerify<{ client_id: string; sid: string }>(token, signingKey.publicKey, checks);
      if (isRevoked(payload)) return undefined;
      return { subject: payload.sub ?? '', clientId: payload.client_id, session: payload.sid, id: payload.jti ?? '' };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  const endSession = (session: string) => void revokedUntil.set(session, Math.ceil(Date.now() / 1_000) + signInSeconds);

  return {
    introspect,
    readRefreshToken,
    endSession,
    issueRefreshToken: ({ subject, clientId, session }) =>
      new SignJWT({ client_id: clientId, sid: session })
        .setProtectedHeader({ alg: signingAlgorithm, kid: signingKey.kid, typ: refreshType })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime(`${signInSeconds} s`)
        .setJti(randomUUID())
        .sign(signingKey.privateKey),
    issueIdToken: (client, subject, claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: signingAlgorithm, kid: signingKey.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(client)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('5 m')
        .sign(signingKey.privateKey),
    issue({ role, subject, scope, expiresIn, session }) {
      const now = Math.floor(Date.now() / 1000);
      // `iat` of a token that is issued as expired still lies before its `exp`.
      const issuedAt = Math.min(now, now + expiresIn - 1);
      return new SignJWT({ role, ...(scope !== undefined && { scope }), ...(session !== undefined && { sid: session }) })
        .setProtectedHeader({ alg: signingAlgorithm, kid: signingKey.kid, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(now + expiresIn)
        .setJti(randomUUID())
        .sign(signingKey.privateKey);
    },
    async revoke(token) {
      const found = await introspect(token);
      const session = found.active ? found['sid'] : (await readRefreshToken(token))?.session;
      if (typeof session === 'string') {
        endSession(session);
        return true;
      }
      if (!found.active || typeof found['jti'] !== 'string' || typeof found['exp'] !== 'number') return false;
      revokedUntil.set(found['jti'], found['exp']);
      return true;
    },
    revoked() {
      const now = Date.now() / 1000;
      for (const [jti, exp] of revokedUntil) if (exp < now) revokedUntil.delete(jti);
      return [...revokedUntil];
    },
  };
}

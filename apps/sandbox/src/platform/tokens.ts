import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { signingAlgorithm } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';

export const roles = ['user', 'model', 'admin', 'service'] as const;
export type Role = (typeof roles)[number];

/** Scopes of an administrator's token when the request names none: all of them, so that newcomers can try everything. */
export const administratorScopes =
  'mood:override templates:write queues:write audit:read analytics:read flags:write experiments:write alerts:write';

const tokenType = 'at+jwt';

/** [jti, expiry of the token (epoch seconds)] */
type RevokedToken = [jti: string, exp: number];

interface TokenRequest {
  role: Role;
  subject: string;
  scope?: string | undefined;
  /** Lifetime in seconds. Negative: the token has expired that long ago. */
  expiresIn: number;
}

/** RFC 7662, section 2.2. */
type Introspection = { active: false } | { active: true; [claim: string]: unknown };

export interface Tokens {
  issue(request: TokenRequest): Promise<string>;
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
  const verified = new LRUCache<string, JWTPayload>({ max: 20_000 });

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

  async function introspect(token: string): Promise<Introspection> {
    try {
      const payload = await verify(token);
      if (revokedUntil.has(payload.jti ?? '')) return { active: false };
      return { active: true, ...payload, token_type: 'Bearer' };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { active: false };
      throw error;
    }
  }

  return {
    introspect,
    issue({ role, subject, scope, expiresIn }) {
      const now = Math.floor(Date.now() / 1000);
      // `iat` of a token that is issued as expired still lies before its `exp`.
      const issuedAt = Math.min(now, now + expiresIn - 1);
      return new SignJWT({ role, ...(scope !== undefined && { scope }) })
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

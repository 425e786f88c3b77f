import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { roomFor } from '@mood/runtime';
import { LRUCache } from 'lru-cache';
import type { Identity } from './identities.ts';
import { administratorScopes } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** What the authorization endpoint was asked for, and by whom it was answered. */
export interface Grant {
  clientId: string;
  redirectUri: string;
  /** Base64url of the SHA-256 of the verifier (RFC 7636, S256). */
  challenge: string;
  nonce?: string | undefined;
  subject: string;
}

/** The answer of the token endpoint (RFC 6749, section 5). */
export type TokenAnswer = {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  refresh_token: string;
  id_token: string;
};

export interface Grants {
  /** @returns a code that is good once, within a minute. */
  open(grant: Grant): string;
  /** @returns undefined when the code, or what proves that it is the client's, is wrong. */
  redeem(code: string, given: { clientId: string; redirectUri: string; verifier: string }): Promise<TokenAnswer | undefined>;
  /** @returns undefined when the refresh token is none of this client's, or its sign-in has ended. */
  renew(refreshToken: string, clientId: string): Promise<TokenAnswer | undefined>;
}

export interface GrantsDeps {
  tokens: Tokens;
  findIdentity: (id: string) => Identity | undefined;
}

const codeMs = 60_000;
/** Short, so that refresh tokens are used. */
const accessSeconds = 900;
/** A refresh token that was used may be used again for so long: its answer may have been lost, or two processes may have used it at once. */
const reuseMs = 30_000;
const maxRemembered = 10_000;

interface Opened extends Grant {
  session: string;
  isUsed: boolean;
}

/** Codes and refresh tokens of sign-ins. A code or a refresh token that comes a second time ends its sign-in (RFC 9700). */
export function createGrants({ tokens, findIdentity }: GrantsDeps): Grants {
  const codes = new LRUCache<string, Opened>({ ...roomFor(maxRemembered), ttl: codeMs });
  /** When a refresh token was first used. */
  const used = new LRUCache<string, number>(roomFor(maxRemembered));

  async function answer(subject: string, clientId: string, session: string, nonce?: string): Promise<TokenAnswer | undefined> {
    const identity = findIdentity(subject);
    if (identity === undefined) return undefined;
    const { role, displayName } = identity;
    const scope = role === 'admin' ? administratorScopes : undefined;
    return {
      access_token: await tokens.issue({ role, subject, scope, expiresIn: accessSeconds, session }),
      token_type: 'Bearer',
      expires_in: accessSeconds,
      refresh_token: await tokens.issueRefreshToken({ subject, clientId, session }),
      id_token: await tokens.issueIdToken(clientId, subject, {
        name: displayName,
        role,
        sid: session,
        ...(nonce !== undefined && { nonce }),
      }),
    };
  }

  return {
    open(grant) {
      const code = randomBytes(32).toString('base64url');
      codes.set(code, { ...grant, session: randomUUID(), isUsed: false });
      return code;
    },
    async redeem(code, { clientId, redirectUri, verifier }) {
      const opened = codes.get(code);
      if (opened === undefined) return undefined;
      if (opened.isUsed) {
        tokens.endSession(opened.session);
        return undefined;
      }
      opened.isUsed = true;
      const isTheirs = opened.clientId === clientId && opened.redirectUri === redirectUri;
      const isProven = createHash('sha256').update(verifier).digest('base64url') === opened.challenge;
      return isTheirs && isProven ? answer(opened.subject, clientId, opened.session, opened.nonce) : undefined;
    },
    async renew(refreshToken, clientId) {
      const claims = await tokens.readRefreshToken(refreshToken);
      if (claims === undefined || claims.clientId !== clientId) return undefined;
      const before = used.get(claims.id);
      if (before !== undefined && Date.now() - before > reuseMs) {
        tokens.endSession(claims.session);
        return undefined;
      }
      if (before === undefined) used.set(claims.id, Date.now());
      return answer(claims.subject, clientId, claims.session);
    },
  };
}

import { DomainError } from '@mood/domain';
import type { KeyList } from '@mood/runtime';
import type { Context } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { appendEarly } from '../http/fast/early-headers.ts';

/** Browsers drop a cookie whose name and value are longer than this, in bytes. */
const maxBytes = 4_096;

const encryption = { alg: 'dir', enc: 'A256GCM' };

export interface SealedCookieOptions<S extends z.ZodType<Record<string, unknown>>> {
  /** Its name over plain HTTP. Over TLS it has the prefix `__Host-`. */
  name: string;
  keys: KeyList;
  schema: S;
}

export interface SealedCookie<Content> {
  /** What is in the request's cookie; undefined when there is none, or it is too old, or was not sealed here. */
  read(c: Context): Promise<Content | undefined>;
  /** The cookie itself, as the request has it. */
  textOf(c: Context): string | undefined;
  /** @throws DomainError INVALID_REQUEST when no browser would keep it. */
  write(c: Context, content: Content, expiresAt: Date): Promise<void>;
  remove(c: Context): void;
}

/**
 * A cookie that only this system can read and make (JWE, AES-256-GCM). Scripts cannot reach it, and browsers do not send it with what other
 * sites embed or post. Over TLS its name has the prefix `__Host-`, with which browsers accept it only from this very host, over TLS, and for
 * all paths: neither a sibling domain nor an attacker on the network can replace it.
 * @param isOverTls whether the browser came over TLS.
 */
export function createSealedCookie<S extends z.ZodType<Record<string, unknown>>>(
  { name: plainName, keys, schema }: SealedCookieOptions<S>,
  isOverTls: (c: Context) => boolean,
): SealedCookie<z.output<S>> {
  const hostOnlyName = `__Host-${plainName}`;
  const nameFor = (c: Context) => (isOverTls(c) ? hostOnlyName : plainName);
  const secrets = new Map(keys.map(({ id, secret }) => [id, secret]));
  /** Over TLS a cookie without the prefix is ignored: an attacker on the network may have set it. */
  const textOf = (c: Context) => getCookie(c, hostOnlyName) ?? (isOverTls(c) ? undefined : getCookie(c, plainName));

  return {
    textOf,
    async read(c) {
      const text = textOf(c);
      if (text === undefined || text.length > maxBytes) return undefined;
      try {
        const { payload, protectedHeader } = await jwtDecrypt(
          text,
          ({ kid }) => secrets.get(kid ?? '') ?? Promise.reject(new errors.JWKSNoMatchingKey()),
          { keyManagementAlgorithms: [encryption.alg], contentEncryptionAlgorithms: [encryption.enc], requiredClaims: ['exp'] },
        );
        // One kind of cookie does not pass for another.
        return protectedHeader.typ === plainName ? schema.parse(payload) : undefined;
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) return undefined;
        throw error;
      }
    },
    async write(c, content, expiresAt) {
      const [{ id, secret }] = keys;
      const text = await new EncryptJWT(content)
        .setProtectedHeader({ ...encryption, kid: id, typ: plainName })
        .setExpirationTime(expiresAt)
        .encrypt(secret);
      const name = nameFor(c);
      const bytes = name.length + text.length;
      if (bytes > maxBytes) {
        throw new DomainError(
          'INVALID_REQUEST',
          `Browsers keep cookies of up to ${maxBytes} bytes; this session would need ${bytes}. The platform's tokens are too long for the panel.`,
        );
      }
      const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1_000));
      const cookie = generateCookie(name, text, { path: '/', secure: name === hostOnlyName, httpOnly: true, sameSite: 'Lax', maxAge });
      // At once: a stream is answered past the application.
      appendEarly(c, 'Set-Cookie', cookie);
    },
    remove(c) {
      for (const name of [plainName, hostOnlyName]) {
        if (getCookie(c, name) === undefined) continue;
        appendEarly(c, 'Set-Cookie', generateCookie(name, '', { path: '/', secure: name === hostOnlyName, maxAge: 0 }));
      }
    },
  };
}

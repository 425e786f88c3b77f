import { IncomingMessage } from 'node:http';
import { DomainError } from '@mood/domain';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { refuseOtherCodings } from '../body-coding.ts';

/** Bodies are small: a custom message has 200 characters. */
export const maxBodyBytes = 65_536;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** From the request of Node.js itself, where there is one: a web stream in between takes as long as all else that is done for a request. */
function bodyOf(c: Context): AsyncIterable<Uint8Array> {
  const incoming: unknown = c.env?.incoming;
  return incoming instanceof IncomingMessage ? incoming.iterator({ destroyOnReturn: false }) : (c.req.raw.body ?? nothing());
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/**
 * The body as it comes in, up to a bound. A body that says it is too large is not read at all.
 * @throws DomainError INVALID_REQUEST when it is larger, or ends too early; HTTPException 415 for another coding than plain UTF-8.
 */
export async function* readBounded(c: Context, maxBytes: number): AsyncGenerator<Uint8Array> {
  function refuse(): never {
    // The connection stays: the server reads over the rest, up to a bound. Closed with bytes unread, it would take the answer with it.
    throw new DomainError('INVALID_REQUEST', `The request body is larger than ${maxBytes} bytes.`);
  }

  refuseOtherCodings(c);
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) refuse();
  let size = 0;
  const chunks = bodyOf(c)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new DomainError('INVALID_REQUEST', 'The request body ended before its end.', { cause: error });
      });
      if (next.done === true) break;
      size += next.value.length;
      if (size > maxBytes) refuse();
      yield next.value;
    }
  } finally {
    // While it is there, nobody else can read over the rest, and the connection would be cut off under the next request.
    await chunks.return?.();
  }
  // The library would take what has no type for no body at all.
  if (size > 0 && (c.req.header('content-type') ?? '') === '') throw new HTTPException(415);
}

/**
 * Reads the body as bounded, valid UTF-8 before anything parses it. By default invalid bytes would silently become
 * replacement characters, and a chunked body has no length to look at.
 */
export function readBodyUpTo(maxBytes: number) {
  return createMiddleware(async (c, next) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readBounded(c, maxBytes)) chunks.push(chunk);
    try {
      // Where the library looks first; it keeps promises there, whatever its types say.
      Object.assign(c.req.bodyCache, { text: Promise.resolve(utf8.decode(Buffer.concat(chunks))) });
    } catch {
      throw notUtf8();
    }
    nameJsonPlainly(c);
    await next();
  });
}

const jsonType = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i;

/** The library does not know JSON by a type with a blank before its parameters, which HTTP allows. They were looked at already. */
function nameJsonPlainly(c: Context): void {
  const type = c.req.header('content-type') ?? '';
  if (type.includes(' ;') && jsonType.test(type)) c.req.raw.headers.set('content-type', 'application/json');
}

/** For a body that the library does not see. @throws HTTPException 415. */
export function requireJson(c: Context): void {
  if (!jsonType.test(c.req.header('content-type') ?? '')) throw new HTTPException(415);
}

export const notUtf8 = () => new DomainError('INVALID_REQUEST', 'The request body is not valid UTF-8.');

export const readBody = readBodyUpTo(maxBodyBytes);

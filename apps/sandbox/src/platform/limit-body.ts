import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Refusal } from './refusal.ts';

/** Refuses bodies over `maxBytes`. A declared length is checked without touching the body; only chunked bodies are measured. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const refuse = (): never => {
    throw new Refusal(413, 'INVALID_REQUEST', `The body is larger than ${maxBytes} bytes`);
  };
  const measure = bodyLimit({ maxSize: maxBytes, onError: refuse });
  return (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) return measure(c, next);
    if (Number(c.req.header('content-length') ?? 0) > maxBytes) refuse();
    return next();
  };
}

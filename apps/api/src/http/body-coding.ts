import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;
const utf8Names = new Set(['utf-8', 'utf8']);

/**
 * Refuses a body that is compressed, in another charset than UTF-8, or that has two content types: it could be interpreted in more than one
 * way, or not at all.
 * @throws HTTPException 415.
 */
export function refuseOtherCodings(c: Context): void {
  const codings = c.req.header('content-encoding')?.split(',') ?? [];
  if (codings.some((coding) => coding.trim().toLowerCase() !== 'identity')) {
    throw new HTTPException(415, { message: 'Send the body without a "Content-Encoding".' });
  }
  const type = c.req.header('content-type') ?? '';
  if (type === '') return;
  const [name = '', ...parameters] = type.split(';').map((part) => part.trim());
  if (!mediaType.test(name)) throw new HTTPException(415, { message: 'Send the body with one "Content-Type".' });
  for (const parameter of parameters) {
    const [key = '', ...value] = parameter.split('=');
    if (key.trim().toLowerCase() !== 'charset') continue;
    const charset = value
      .join('=')
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase();
    if (!utf8Names.has(charset)) throw new HTTPException(415, { message: 'Send the body in UTF-8.' });
  }
}

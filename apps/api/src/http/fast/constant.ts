import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import Negotiator from 'negotiator';

/** An answer that is the same for everybody, for as long as the process runs. */
export interface Constant {
  body: string | Uint8Array<ArrayBuffer>;
  /** With its charset. */
  type: string;
  /** Default: browsers keep it and ask each time whether it has changed. */
  cacheControl?: string;
  /** More headers. */
  headers?: Record<string, string>;
}

type Encoding = 'br' | 'gzip';

/** What is sent, and the name of exactly these bytes. */
interface Representation {
  bytes: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

/** Shorter ones would hardly get shorter. */
const worthCompressing = 1_024;
/** Takes tens of milliseconds for a megabyte, on another thread, once. The best quality would take seconds for 5 % less. */
const quality = 9;

const compress: Readonly<Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: quality }),
};

const encodings: readonly Encoding[] = ['br', 'gzip'];

/**
 * Answers with something constant: made once, compressed once for each encoding, and kept as bytes that all answers share. It has an ETag
 * (304 when the client has it already).
 * @param make called for the first request.
 */
export function serveConstant(make: () => Constant | Promise<Constant>): (c: Context) => Promise<Response> {
  let made: Promise<Constant> | undefined;
  const representations = new Map<Encoding | 'identity', Promise<Representation>>();

  function makeOnce(): Promise<Constant> {
    made ??= Promise.resolve(make()).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  }

  async function represent(encoding: Encoding | 'identity'): Promise<Representation> {
    const { body, type, cacheControl = 'no-cache', headers } = await makeOnce();
    const plain = typeof body === 'string' ? Buffer.from(body) : body;
    const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
    const common = { 'Content-Type': type, 'Cache-Control': cacheControl, ...headers };
    if (plain.length < worthCompressing) return { bytes: plain, headers: { ...common, ETag: `"${hash}"` } };
    const varied = { ...common, Vary: 'Accept-Encoding' };
    if (encoding === 'identity') return { bytes: plain, headers: { ...varied, ETag: `"${hash}"` } };
    const bytes = new Uint8Array(await compress[encoding](plain));
    return { bytes, headers: { ...varied, ETag: `"${hash}-${encoding}"`, 'Content-Encoding': encoding } };
  }

  function representation(encoding: Encoding | 'identity'): Promise<Representation> {
    const known = representations.get(encoding);
    if (known !== undefined) return known;
    const found = represent(encoding).catch((error: unknown) => {
      representations.delete(encoding);
      throw error;
    });
    representations.set(encoding, found);
    return found;
  }

  return async (c) => {
    const { bytes, headers } = await representation(encodingFor(c.req.header('accept-encoding')));
    if (!isKnown(headers['ETag'], c.req.header('if-none-match'))) return c.body(bytes, 200, headers);
    const { 'Content-Type': _type, 'Content-Encoding': _encoding, ...kept } = headers;
    return c.body(null, 304, kept);
  };
}

/** The best encoding that a client takes; without a word about it, none. */
function encodingFor(accepted: string | undefined): Encoding | 'identity' {
  if (accepted === undefined) return 'identity';
  const taken = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings([...encodings]);
  return encodings.find((encoding) => taken.includes(encoding)) ?? 'identity';
}

/** Whether the client names this ETag among those that it has (RFC 9110, weak comparison). */
function isKnown(etag: string | undefined, named: string | undefined): boolean {
  if (named === undefined || etag === undefined) return false;
  return named.trim() === '*' || named.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

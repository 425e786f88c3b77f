import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { serveConstant } from '../http/fast/constant.ts';

/** Stands in the built page wherever the nonce of an answer goes. */
const placeholder = '__CSP_NONCE__';

/** Everything from this server. Style elements of the page's libraries have the nonce; scripts have none, and are files. */
const policyWith = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Their names change with their content. */
const isHashed = (place: string) => place.startsWith('/assets/');

type Serve = (c: Context) => Response | Promise<Response>;

interface Built {
  page: Serve;
  files: ReadonlyMap<string, Serve>;
}

/** Reads the whole folder at once, so that page and files are of one build. @returns undefined when nothing was built. */
async function readBuilt(folder: string): Promise<Built | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, Serve>();
  let page: Serve | undefined;
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const place = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const body = new Uint8Array(await readFile(file));
    if (place === '/index.html') page = servePage(Buffer.from(body).toString());
    else files.set(place, serveFile(place, body));
  }
  return page && { page, files };
}

function serveFile(place: string, body: Uint8Array<ArrayBuffer>): Serve {
  const type = getMimeType(place) ?? 'application/octet-stream';
  return serveConstant(() => ({ body, type, ...(isHashed(place) && { cacheControl: 'public, max-age=31536000, immutable' }) }));
}

/** One nonce an answer, so it is never kept: the headers of every answer say `no-store`. */
function servePage(content: string): Serve {
  return (c) => {
    const nonce = randomBytes(16).toString('base64');
    return c.html(content.replaceAll(placeholder, nonce), 200, { 'Content-Security-Policy': policyWith(nonce) });
  };
}

export interface PanelFiles {
  /** @param place the path under `/panel`. undefined: there is no such file. */
  find(place: string): Promise<Serve | undefined>;
}

/**
 * The built panel, from memory. Every path that is no file is a page of it. Without a build `find` serves a page that says how to make one,
 * and looks again each time.
 */
export function createPanelFiles(folder: string, notBuilt: Serve): PanelFiles {
  let built: Promise<Built | undefined> | undefined;
  async function load(): Promise<Built | undefined> {
    built ??= readBuilt(folder);
    const found = await built.catch(() => undefined);
    if (found === undefined) built = undefined;
    return found;
  }
  return {
    async find(place) {
      const found = await load();
      if (found === undefined) return notBuilt;
      return found.files.get(place) ?? (isHashed(place) ? undefined : found.page);
    },
  };
}

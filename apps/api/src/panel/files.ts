import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '@mood/runtime';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { serveConstant } from '../http/fast/constant.ts';
import { readPageList } from './page-list.ts';
import type { PageList } from './page-list.ts';

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

/** Who asks for a page, as far as that is known at once. */
export interface Visitor {
  role: string | undefined;
  /** What the panel may know of the session; null: there is none; undefined: the panel has to ask. */
  session: object | null | undefined;
}

export interface PanelFilesOptions {
  /** Answers for all files while nothing is built. */
  notBuilt: Serve;
  /** Never rejects. */
  whoAsks?: (c: Context) => Promise<Visitor>;
}

const nobodyKnown = async (): Promise<Visitor> => ({ role: undefined, session: undefined });

interface Built {
  page: Serve;
  files: ReadonlyMap<string, Serve>;
}

const pageFile = '/index.html';
const listFile = '/pages.json';

/** Reads the whole folder at once, so that page and files are of one build. @returns undefined when nothing was built. */
async function readBuilt(folder: string, whoAsks: (c: Context) => Promise<Visitor>): Promise<Built | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const files = new Map<string, Serve>();
  const texts = new Map<string, string>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const place = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const body = new Uint8Array(await readFile(file));
    if (place === pageFile || place === listFile) texts.set(place, Buffer.from(body).toString());
    else files.set(place, serveFile(place, body));
  }
  const [content, list] = [texts.get(pageFile), texts.get(listFile)];
  if (content === undefined) return undefined;
  return { page: servePage(content, list === undefined ? undefined : readPageList(list), whoAsks), files };
}

function serveFile(place: string, body: Uint8Array<ArrayBuffer>): Serve {
  const type = getMimeType(place) ?? 'application/octet-stream';
  return serveConstant(() => ({ body, type, ...(isHashed(place) && { cacheControl: 'public, max-age=31536000, immutable' }) }));
}

/**
 * One nonce an answer, so it is never kept: the headers of every answer say `no-store`. Who asks, and the files of the page that they ask for,
 * stand in it, so that nothing waits until the shell has run. A path that is no page's is answered with the same page, and 404.
 */
function servePage(content: string, list: PageList | undefined, whoAsks: (c: Context) => Promise<Visitor>): Serve {
  return async (c) => {
    const nonce = randomBytes(16).toString('base64');
    const { role, session } = await whoAsks(c);
    const found = list?.find(placeOf(c), role);
    const { scripts = [], styles = [], module = null } = found ?? {};
    const head = [
      ...styles.map((href) => `<link rel="stylesheet" crossorigin href="${escaped(href)}">`),
      ...scripts.map((href) => `<link rel="modulepreload" crossorigin href="${escaped(href)}">`),
      ...(session === undefined ? [] : [`<meta name="mood-visit" content="${escaped(JSON.stringify({ session, module }))}">`]),
    ].join('');
    const page = content.replaceAll(placeholder, nonce).replace('</head>', (end) => `${head}${end}`);
    const isNoPage = list !== undefined && found === undefined;
    return c.html(page, isNoPage ? 404 : 200, { 'Content-Security-Policy': policyWith(nonce) });
  };
}

/** For an attribute in double quotes. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Below /panel. The page itself may be asked for by its name. */
function placeOf(c: Context): string {
  const place = c.req.path.slice('/panel'.length);
  return place === pageFile ? '/' : place;
}

export interface PanelFiles {
  /** @param place the path under `/panel`. undefined: there is no such file. */
  find(place: string): Promise<Serve | undefined>;
}

/**
 * The built panel, from memory. Every path that is no file is a page of it. Without a build `find` serves a page that says how to make one,
 * and looks again each time.
 */
export function createPanelFiles(folder: string, { notBuilt, whoAsks = nobodyKnown }: PanelFilesOptions): PanelFiles {
  let built: Promise<Built | undefined> | undefined;
  async function load(): Promise<Built | undefined> {
    built ??= readBuilt(folder, whoAsks);
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

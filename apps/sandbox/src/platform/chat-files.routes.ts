import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { Hono } from 'hono';
import type { PlatformEnv } from './platform-env.ts';
import { Refusal } from './refusal.ts';

const folder = path.resolve(import.meta.dirname, '../chat');
const contentTypes: Readonly<Record<string, string>> = {
  '.ts': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface ServedFile {
  body: string;
  type: string;
  etag: string;
}

/** The scripts, the style and the icon of the chat page. Scripts are its TypeScript without the types: nothing is built or bundled. */
export function chatFileRoutes() {
  const files = new Map<string, () => Promise<ServedFile>>();
  for (const name of readdirSync(folder)) {
    const type = contentTypes[path.extname(name)];
    if (type !== undefined)
      files.set(
        name,
        once(() => readServed(name, type)),
      );
  }

  return new Hono<PlatformEnv>().get('/chat/:file', async (c) => {
    const read = files.get(c.req.param('file'));
    if (read === undefined) throw new Refusal(404, 'NOT_FOUND', 'The chat page has no such file');
    const { body, type, etag } = await read();
    const headers = { ETag: etag, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' };
    if (c.req.header('If-None-Match') === etag) return c.body(null, 304, headers);
    return c.body(body, 200, { ...headers, 'Content-Type': type });
  });
}

async function readServed(name: string, type: string): Promise<ServedFile> {
  const source = await readFile(path.join(folder, name), 'utf8');
  const body = name.endsWith('.ts') ? withoutTypes(source) : source;
  return { body, type, etag: `"${hash('sha256', body, 'base64url').slice(0, 22)}"` };
}

/** Node.js runs TypeScript by the same function, but says each time that calling it oneself is experimental: nothing for a log. */
function withoutTypes(source: string): string {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

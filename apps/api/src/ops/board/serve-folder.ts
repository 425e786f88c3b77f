import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServeStaticOptions } from '@hono/node-server/serve-static';
import type { Context, MiddlewareHandler } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { serveConstant } from '../../http/constant.ts';

/**
 * Serves the files that a folder has now. Each is read when it is first asked for, and then kept in memory; a path that names none of them
 * is left to whoever comes next.
 */
export function serveFolder({ root = '.', rewriteRequestPath: inFolder = (asked) => asked }: ServeStaticOptions = {}): MiddlewareHandler {
  const files = new Map<string, (c: Context) => Promise<Response>>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = `/${path.relative(root, file).split(path.sep).join('/')}`;
    const type = getMimeType(file) ?? 'application/octet-stream';
    files.set(
      place,
      serveConstant(async () => ({ body: new Uint8Array(await readFile(file)), type })),
    );
  }
  return async (c, next) => {
    const serve = files.get(inFolder(c.req.path, c));
    return serve === undefined ? next() : serve(c);
  };
}

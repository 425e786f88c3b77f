import { readBadge } from '@mood/badge/file';
import type { Context } from 'hono';
import { serveConstant } from '../http/fast/constant.ts';

/** Serves the element <mood-badge>. Pages of any origin may load it as a script; as a module, those of ALLOWED_ORIGINS. */
export function serveBadge(): (c: Context) => Promise<Response> {
  const serve = serveConstant(async () => ({
    body: await readBadge(),
    type: 'text/javascript; charset=utf-8',
    headers: { 'Cross-Origin-Resource-Policy': 'cross-origin' },
  }));
  return async (c) => {
    const answer = await serve(c);
    // Whether a page of another origin may read it depends on that origin.
    answer.headers.append('Vary', 'Origin');
    return answer;
  };
}

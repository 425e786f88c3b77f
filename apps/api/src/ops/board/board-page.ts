import { createMiddleware } from 'hono/factory';

/**
 * Everything from this server, and nothing inline. The page names its own base (`base-uri`), its scripts fetch and post to the board
 * alone, and one of them colours error traces in a worker.
 */
export const boardPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Fonts of another host, and the inline styles of the word that stands there until the scripts have come. */
const unwanted = /<link [^>]*href="https?:[^>]*>|<style>.*?<\/style>| style="[^"]*"/gs;

/** Takes out of Bull Board's page what its policy would refuse: nobody else is to hear that it was opened. */
export const withOwnFilesOnly = createMiddleware(async (c, next) => {
  await next();
  if (!(c.res.headers.get('content-type') ?? '').startsWith('text/html')) return;
  const page = await c.res.text();
  c.res = new Response(page.replaceAll(unwanted, ''), c.res);
});

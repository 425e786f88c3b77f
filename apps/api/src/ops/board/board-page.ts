import { createMiddleware } from 'hono/factory';

/**
 * The Content-Security-Policy of Bull Board's page: everything from this server, and nothing inline. The page sets its own base
 * (`base-uri`), its scripts call the board alone, and one of them highlights stack traces in a worker.
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

/** Fonts of another host, and the inline styles of the loading text. */
const unwanted = /<link [^>]*href="https?:[^>]*>|<style>.*?<\/style>| style="[^"]*"/gs;

/** Removes from Bull Board's page what the policy would block: no other host may learn that the board was opened. */
export const withOwnFilesOnly = createMiddleware(async (c, next) => {
  await next();
  if (!(c.res.headers.get('content-type') ?? '').startsWith('text/html')) return;
  const page = await c.res.text();
  c.res = new Response(page.replaceAll(unwanted, ''), c.res);
});

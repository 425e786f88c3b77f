import { Hono } from 'hono';
import type { Registry } from 'prom-client';

/** What operations ask, on a port of its own that the public does not reach. */
export function createOpsApp(registry: Registry): Hono {
  const app = new Hono();
  app.get('/metrics', async (c) => c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }));
  app.notFound((c) => c.json({ error: 'INVALID_REQUEST', message: `There is no ${c.req.method} ${c.req.path}. See /metrics.` }, 404));
  return app;
}

import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** The floor: the same server and framework with nothing to do. */
const answer = {
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  moodState: 'positive',
  customMessage: 'Feeling great today!',
  autoRespond: true,
  responseDelay: 30,
  expiresAt: null,
  lastUpdated: '2026-03-01T12:00:00.000Z',
  updatedBy: 'model',
};

const app = new Hono()
  .get('/*', (c) => c.json(answer))
  .post('/*', async (c) => {
    await c.req.text();
    return c.json(answer);
  });
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));

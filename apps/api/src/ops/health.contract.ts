import { healthSchema, livenessSchema, notReadySchema, readySchema } from '@mood/contract/health';
import { createRoute } from '@hono/zod-openapi';
import type { z } from 'zod';
import { openToAnybody } from '../auth/access.ts';
import { errorAnswer, json } from '../http/contract.ts';

const answer = <const D extends string, S extends z.ZodType>(description: D, schema: S) => ({
  description,
  content: json(schema),
});

/** Asked for on the way in, by Node.js itself. */
const badRequest = { 400: errorAnswer('The path and the Host header make no valid URL.', 'INVALID_REQUEST') };

const common = { method: 'get' as const, tags: ['Operations'], ...openToAnybody };

export const healthRoute = createRoute({
  ...common,
  path: '/health',
  operationId: 'getHealth',
  summary: 'Health of the system',
  description:
    'Says how what the API and the worker need is: a service of the platform by the calls of the last seconds, everything else, and a service without calls, by asking, within a second. Answers are remembered for a second. `degraded`: the cache or a service of the platform is down; moods are read and most is answered. `down`: nothing can be changed, because the database does not answer, does not fit this release, or is read-only.',
  responses: {
    200: answer('Healthy, or degraded.', healthSchema),
    503: answer('The database is down, does not fit this release, or is read-only.', healthSchema),
    ...badRequest,
  },
});

export const livezRoute = createRoute({
  ...common,
  path: '/livez',
  operationId: 'getLiveness',
  summary: 'Liveness of the process',
  description: 'For supervisors that restart processes. It checks no dependency.',
  responses: { 200: answer('It does.', livenessSchema), ...badRequest },
});

export const readyzRoute = createRoute({
  ...common,
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Readiness for requests',
  description:
    'For load balancers. Not before the start is complete, not from the first moment of a shutdown on, not without the database, nor with one that does not fit this release. A database that is read-only can be read, so requests are sent.',
  responses: {
    200: answer('Send them.', readySchema),
    503: answer('Send them elsewhere.', notReadySchema),
    ...badRequest,
  },
});

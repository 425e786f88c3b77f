import { createRoute, z } from '@hono/zod-openapi';
import { openToAnybody } from '../auth/access.ts';
import { errorAnswer, timestampSchema } from '../http/contract.ts';

const findingSchema = z
  .object({
    status: z.enum(['healthy', 'read-only', 'down', 'not configured']),
    latencyMs: z
      .number()
      .optional()
      .openapi({ description: 'How long the answer took, in milliseconds. Absent where recent calls have shown how it is.' }),
    message: z.string().optional().openapi({ description: 'What is wrong, in words that give nothing away.' }),
  })
  .openapi('HealthCheck');

const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'down']),
    timestamp: timestampSchema,
    checks: z.object({
      database: findingSchema,
      cache: findingSchema,
      authService: findingSchema,
      userService: findingSchema,
      performerService: findingSchema,
      messageService: findingSchema,
      analyticsService: findingSchema,
    }),
  })
  .openapi('Health');

const answer = <const D extends string, S extends z.ZodType>(description: D, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
});

/** Asked for on the way in, by Node.js itself. */
const badRequest = { 400: errorAnswer('The path and the Host header make no valid URL.', 'INVALID_REQUEST') };

const common = { method: 'get' as const, tags: ['Operations'], ...openToAnybody };

export const healthRoute = createRoute({
  ...common,
  path: '/health',
  operationId: 'getHealth',
  summary: 'How the system is',
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
  summary: 'Whether the process answers',
  description: 'For whoever restarts processes. It asks nobody else.',
  responses: { 200: answer('It does.', z.object({ status: z.literal('alive') }).openapi('Liveness')), ...badRequest },
});

export const readyzRoute = createRoute({
  ...common,
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Whether to send requests here',
  description:
    'For load balancers. Not before the start is complete, not from the first moment of a shutdown on, not without the database, nor with one that does not fit this release. A database that is read-only can be read, so requests are sent.',
  responses: {
    200: answer('Send them.', z.object({ status: z.literal('ready') }).openapi('Ready')),
    503: answer('Send them elsewhere.', z.object({ status: z.literal('not ready') }).openapi('NotReady')),
    ...badRequest,
  },
});

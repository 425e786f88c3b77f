import { z } from 'zod';
import { timestampSchema } from './fields.ts';

export const healthCheckSchema = z
  .object({
    status: z.enum(['healthy', 'read-only', 'down', 'not configured']),
    latencyMs: z
      .number()
      .optional()
      .meta({ description: 'How long the answer took, in milliseconds. Absent where recent calls have shown how it is.' }),
    message: z.string().optional().meta({ description: 'What is wrong, in words that give nothing away.' }),
  })
  .meta({ id: 'HealthCheck' });

export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded', 'down']),
    timestamp: timestampSchema,
    checks: z.object({
      database: healthCheckSchema,
      cache: healthCheckSchema,
      authService: healthCheckSchema,
      userService: healthCheckSchema,
      performerService: healthCheckSchema,
      messageService: healthCheckSchema,
      analyticsService: healthCheckSchema,
    }),
  })
  .meta({ id: 'Health' });

export const livenessSchema = z.object({ status: z.literal('alive') }).meta({ id: 'Liveness' });
export const readySchema = z.object({ status: z.literal('ready') }).meta({ id: 'Ready' });
export const notReadySchema = z.object({ status: z.literal('not ready') }).meta({ id: 'NotReady' });

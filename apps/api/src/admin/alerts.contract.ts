import { acknowledgementSchema, alertPageQuerySchema, alertPageSchema, alertSchema } from '@mood/contract/alerts';
import { createRoute } from '@hono/zod-openapi';
import type { AbuseAlert } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswer, errorAnswers, json } from '../http/contract.ts';

export const alertReaders: Access = { roles: ['admin'], refusal: 'Only administrators see alerts.' };
export const alertKeepers: Access = { ...alertReaders, scope: 'alerts:write' };

export const listAlertsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/alerts',
  operationId: 'listAlerts',
  tags: ['Alerts'],
  summary: 'List alerts about abuse',
  description:
    'For administrators. An alert is opened once when a model is above a threshold of the last hour, and closes by itself when it was below for an hour. Newest first, stable while alerts are opened.',
  ...openTo(alertReaders),
  request: { query: alertPageQuerySchema },
  responses: {
    200: { description: 'A page of alerts.', content: json(alertPageSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.tooMuch,
    ...commonErrors,
  },
});

export const acknowledgeAlertRoute = createRoute({
  method: 'post',
  path: '/admin/mood/alerts/{id}/acknowledge',
  operationId: 'acknowledgeAlert',
  tags: ['Alerts'],
  summary: 'Acknowledge an alert',
  description:
    'For administrators with the scope `alerts:write`. Says that somebody has looked at it, and what came of it. The first acknowledgement counts: the answer names who made it.',
  ...openTo(alertKeepers),
  request: {
    params: z.object({
      id: z
        .guid('expected a UUID')
        .toLowerCase()
        .meta({ format: 'uuid', description: 'ID of the alert.', example: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c30' }),
    }),
    body: { required: true, content: json(acknowledgementSchema) },
  },
  responses: {
    200: { description: 'The alert.', content: json(alertSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    404: errorAnswer('No alert has this ID.', 'ALERT_NOT_FOUND'),
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export function toAlertBody(alert: AbuseAlert): z.input<typeof alertSchema> {
  return {
    ...alert,
    openedAt: alert.openedAt.toISOString(),
    lastSeenAt: alert.lastSeenAt.toISOString(),
    closedAt: alert.closedAt?.toISOString() ?? null,
    acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
  };
}

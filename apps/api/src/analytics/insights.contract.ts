import { insightsQuerySchema, insightsSchema } from '@mood/contract/analytics';
import { createRoute } from '@hono/zod-openapi';
import type { Insights } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { asOfHeader, commonErrors, errorAnswers, json } from '../http/contract.ts';

export const ownInsights: Access = { roles: ['model'], refusal: 'Only models have insights of their own.' };

export const getInsightsRoute = createRoute({
  method: 'get',
  path: '/mood/me/insights',
  operationId: 'getOwnInsights',
  tags: ['Moods'],
  summary: 'Get what my automatic replies did',
  description:
    'For models: how many automatic replies went out for the model whose token this is, and after how many the user wrote again within an hour, by the mood of the reply. Both have to be read together: users also write again without a reply.',
  ...openTo(ownInsights),
  request: { query: insightsQuerySchema },
  responses: {
    200: { description: 'The counts.', headers: asOfHeader, content: json(insightsSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export const toInsightsBody = (days: number, { from, to, total, byMood }: Insights): z.input<typeof insightsSchema> => ({
  days,
  from: from.toISOString(),
  to: to.toISOString(),
  total,
  byMood,
});

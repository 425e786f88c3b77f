import { feedbackRequestSchema, feedbackSchema } from '@mood/contract/feedback';
import { createRoute } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';

export const scorers: Access = { roles: ['user', 'model'], refusal: 'Only users and models can give feedback.' };

export const giveFeedbackRoute = createRoute({
  method: 'post',
  path: '/mood/feedback',
  operationId: 'giveFeedback',
  tags: ['Feedback'],
  summary: 'Say how good it was, from 1 to 5',
  description:
    'For users and models. One score a day (UTC) about each thing counts: another one of the same day replaces the one before, so that somebody may think again. Scores are stored by the ID of the caller and shown only as sums.',
  ...openTo(scorers),
  request: { body: { required: true, content: json(feedbackRequestSchema) } },
  responses: {
    200: { description: 'The score that counts now.', content: json(feedbackSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

import { ownRepliesQuerySchema, ownRepliesSchema } from '@mood/contract/own-replies';
import { createRoute } from '@hono/zod-openapi';
import type { readReplies } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';

export const replyingModels: Access = { roles: ['model'], refusal: 'Only models have automatic replies of their own.' };

export const listOwnRepliesRoute = createRoute({
  method: 'get',
  path: '/mood/replies',
  operationId: 'listOwnReplies',
  tags: ['Auto-replies'],
  summary: 'List my automatic replies',
  description:
    'For models: what was sent in the name of the model whose token this is, what was not and why, and what is on its way. Newest first, by when the message was reported; stable while others come. Replies are kept for 30 days, or as long as the operator says.',
  ...openTo(replyingModels),
  request: { query: ownRepliesQuerySchema },
  responses: {
    200: { description: 'A page of replies.', content: json(ownRepliesSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export function toOwnRepliesBody({ replies, nextCursor }: Awaited<ReturnType<typeof readReplies>>): z.input<typeof ownRepliesSchema> {
  return {
    replies: replies.map((reply) => ({
      ...reply,
      receivedAt: reply.receivedAt.toISOString(),
      dueAt: reply.dueAt.toISOString(),
      sentAt: reply.sentAt?.toISOString() ?? null,
    })),
    nextCursor,
  };
}

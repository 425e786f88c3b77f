import { answerConversation, readReplies, receiveMessage } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { answeredRoute, messageServices, receiveMessageRoute } from './auto-replies.contract.ts';
import { listOwnRepliesRoute, replyingModels, toOwnRepliesBody } from './own-replies.contract.ts';

/** Intake of messages over REST, for a message service that does not use the queue; and what models see of their replies. */
export function createAutoReplyRoutes(deps: AppDependencies, allow: Guard) {
  const messageService = allow({ intent: 'write', ...messageServices });
  const owner = allow({ intent: 'read', ...replyingModels });

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...listOwnRepliesRoute, middleware: [owner] as const }, async (c) => {
      const { limit, cursor = null } = c.req.valid('query');
      return c.json(toOwnRepliesBody(await readReplies(deps, c.get('principal').subject, { limit, cursor })), 200);
    })
    .openapi({ ...receiveMessageRoute, middleware: [messageService, readBody] as const }, async (c) => {
      const outcome = await receiveMessage(deps, c.req.valid('json'));
      if (outcome.kind === 'ignored') return c.json({ status: outcome.kind, autoReplyId: null, dueAt: null, reason: outcome.reason }, 202);
      return c.json({ status: outcome.kind, autoReplyId: outcome.autoReplyId, dueAt: outcome.dueAt.toISOString(), reason: null }, 202);
    })
    .openapi({ ...answeredRoute, middleware: [messageService, readBody] as const }, async (c) => {
      return c.json({ cancelled: await answerConversation(deps, c.req.valid('json')) }, 202);
    });
}

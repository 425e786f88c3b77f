import { answerConversation, receiveMessage } from '@mood/domain';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDependencies } from '../app-dependencies.ts';
import type { AuthEnv, Guard } from '../auth/guards.ts';
import { readBody } from '../http/fast/json-body.ts';
import { answeredRoute, messageServices, receiveMessageRoute } from './auto-replies.contract.ts';

/** Intake of messages over REST, for a message service that does not use the queue. */
export function createAutoReplyRoutes(deps: AppDependencies, allow: Guard) {
  const messageService = allow({ intent: 'write', ...messageServices });

  return new OpenAPIHono<AuthEnv>()
    .openapi({ ...receiveMessageRoute, middleware: [messageService, readBody] as const }, async (c) => {
      const outcome = await receiveMessage(deps, c.req.valid('json'));
      if (outcome.kind === 'ignored') return c.json({ status: outcome.kind, autoReplyId: null, dueAt: null, reason: outcome.reason }, 202);
      return c.json({ status: outcome.kind, autoReplyId: outcome.autoReplyId, dueAt: outcome.dueAt.toISOString(), reason: null }, 202);
    })
    .openapi({ ...answeredRoute, middleware: [messageService, readBody] as const }, async (c) => {
      return c.json({ cancelled: await answerConversation(deps, c.req.valid('json')) }, 202);
    });
}

import {
  autoReplyIntakeSchema,
  cancelledRepliesSchema,
  conversationAnsweredSchema,
  receivedMessageSchema,
} from '@mood/contract/auto-replies';
import { createRoute } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, json } from '../http/contract.ts';

export const messageServices: Access = {
  roles: ['service'],
  scope: 'auto-replies:write',
  refusal: 'Only the message service reports messages.',
};

const accepted = 'For the message service: a service token with the scope `auto-replies:write`.';

export const receiveMessageRoute = createRoute({
  method: 'post',
  path: '/auto-replies',
  operationId: 'receiveMessage',
  tags: ['Auto-replies'],
  summary: 'Report a message',
  description: `${accepted} Decides whether the message gets an automatic reply. The same as the BullMQ job \`message-received\`. Repeating it is harmless: a message is identified by \`modelId\`, \`conversationId\` and \`messageId\`, and the answer is that of the first report. With another \`userId\` the answer is 409.`,
  ...openTo(messageServices),
  request: { body: { required: true, content: json(receivedMessageSchema) } },
  responses: {
    202: { description: 'Accepted.', content: json(autoReplyIntakeSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.otherContents,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export const answeredRoute = createRoute({
  method: 'post',
  path: '/auto-replies/answered',
  operationId: 'conversationAnswered',
  tags: ['Auto-replies'],
  summary: 'Report that the model answered',
  description: `${accepted} Cancels the open automatic replies to earlier messages, at most one for each user of the conversation. The same as the BullMQ job \`conversation-answered\`.`,
  ...openTo(messageServices),
  request: {
    body: {
      required: true,
      content: json(conversationAnsweredSchema),
    },
  },
  responses: {
    202: {
      description: 'Accepted.',
      content: json(cancelledRepliesSchema),
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

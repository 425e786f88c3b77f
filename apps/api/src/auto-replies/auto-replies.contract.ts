import { createRoute, z } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, instantSchema, modelIdSchema, timestampSchema, userIdSchema } from '../http/contract.ts';

export const messageServices: Access = {
  roles: ['service'],
  scope: 'auto-replies:write',
  refusal: 'Only the message service reports messages.',
};

/** Ids that the message service gives. */
const foreignIdSchema = z.string().regex(/^[\w.~:-]{1,128}$/, 'expected 1 to 128 of A-Z a-z 0-9 . _ ~ : -');

const messageSchema = z
  .strictObject({
    messageId: foreignIdSchema.openapi({ example: 'message-1' }),
    conversationId: foreignIdSchema.openapi({ example: 'conversation-1' }),
    modelId: modelIdSchema,
    userId: userIdSchema,
    receivedAt: instantSchema,
    senderType: z.enum(['user', 'model', 'system']),
    automated: z.boolean(),
  })
  .openapi('ReceivedMessage');

const intakeSchema = z
  .object({
    status: z.enum(['scheduled', 'joined', 'ignored']),
    autoReplyId: z.uuid().nullable(),
    dueAt: timestampSchema.nullable(),
    reason: z.enum(['not_from_a_user', 'automated', 'auto_respond_off', 'answered', 'cooling_down']).nullable(),
  })
  .openapi('AutoReplyIntake');

const accepted = 'For the message service: a service token with the scope `auto-replies:write`.';

export const receiveMessageRoute = createRoute({
  method: 'post',
  path: '/auto-replies',
  operationId: 'receiveMessage',
  tags: ['Auto-replies'],
  summary: 'Report a message',
  description: `${accepted} Decides whether the message gets an automatic reply. The same as the BullMQ job \`message-received\`. Repeating it is harmless.`,
  ...openTo(messageServices),
  request: { body: { required: true, content: { 'application/json': { schema: messageSchema } } } },
  responses: {
    202: { description: 'Taken in.', content: { 'application/json': { schema: intakeSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
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
  description: `${accepted} Cancels the automatic reply to what was written before. The same as the BullMQ job \`conversation-answered\`.`,
  ...openTo(messageServices),
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              conversationId: foreignIdSchema.openapi({ example: 'conversation-1' }),
              modelId: modelIdSchema,
              answeredAt: instantSchema,
            })
            .openapi('ConversationAnswered'),
        },
      },
    },
  },
  responses: {
    202: {
      description: 'Taken in.',
      content: { 'application/json': { schema: z.object({ cancelled: z.int().min(0) }).openapi('CancelledReplies') } },
    },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

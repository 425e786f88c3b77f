import { conversationIdSchema, ignoreReasons, messagingIdSchema } from '@mood/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, instantSchema, modelIdSchema, ofDomain, timestampSchema, userIdSchema } from '../http/contract.ts';

export const messageServices: Access = {
  roles: ['service'],
  scope: 'auto-replies:write',
  refusal: 'Only the message service reports messages.',
};

const conversationSchema = ofDomain(conversationIdSchema).openapi({
  description: 'As the message service calls it. `.` and `..` are refused: no URL can hold them.',
  example: 'conversation-1',
});

const messageSchema = z
  .strictObject({
    messageId: ofDomain(messagingIdSchema).openapi({ description: 'Unique in its conversation.', example: 'message-1' }),
    conversationId: conversationSchema,
    modelId: modelIdSchema,
    userId: userIdSchema,
    receivedAt: instantSchema.openapi({
      description: 'When the user wrote. What lies ahead of our clock counts as now. What is too old gets no reply: see `reason`.',
    }),
    senderType: z.enum(['user', 'model', 'system']),
    automated: z.boolean(),
  })
  .openapi('ReceivedMessage');

const intakeSchema = z
  .object({
    status: z.enum(['scheduled', 'joined', 'ignored']),
    autoReplyId: z.uuid().nullable(),
    dueAt: timestampSchema.nullable(),
    reason: z
      .enum(ignoreReasons)
      .nullable()
      .openapi({
        description:
          'Why it is ignored. `from_itself`: the model writes to itself. `auto_respond_off`: the mood wants no replies. `answered`: the model has answered since. ' +
          '`before_mood`: the model wanted no replies when the message came in. `too_late`: its reply would be overdue by more than `AUTO_REPLY_MAX_LATE_SECONDS`. ' +
          '`cooling_down`: the user got a reply in this conversation less than `AUTO_REPLY_COOLDOWN_SECONDS` ago. `replied`: one was sent after the message came in. ' +
          '`daily_cap`: the user got `AUTO_REPLY_DAILY_CAP` replies of the model in 24 hours.',
      }),
  })
  .openapi('AutoReplyIntake');

const accepted = 'For the message service: a service token with the scope `auto-replies:write`.';

export const receiveMessageRoute = createRoute({
  method: 'post',
  path: '/auto-replies',
  operationId: 'receiveMessage',
  tags: ['Auto-replies'],
  summary: 'Report a message',
  description: `${accepted} Decides whether the message gets an automatic reply. The same as the BullMQ job \`message-received\`. Repeating it is harmless: a message is known by \`modelId\`, \`conversationId\` and \`messageId\`, and gets the answer of the first time. With another \`userId\` it is 409.`,
  ...openTo(messageServices),
  request: { body: { required: true, content: { 'application/json': { schema: messageSchema } } } },
  responses: {
    202: { description: 'Taken in.', content: { 'application/json': { schema: intakeSchema } } },
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
  description: `${accepted} Cancels the automatic replies to what was written before, at most one for each user of the conversation. The same as the BullMQ job \`conversation-answered\`.`,
  ...openTo(messageServices),
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({ conversationId: conversationSchema, modelId: modelIdSchema, answeredAt: instantSchema })
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

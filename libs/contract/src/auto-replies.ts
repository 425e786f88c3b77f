import { ignoreReasons } from '@mood/domain/vocabulary';
import { z } from 'zod';
import {
  answeredIdSchema,
  automatedSchema,
  instantSchema,
  modelIdSchema,
  senderTypeSchema,
  timestampSchema,
  userIdSchema,
} from './fields.ts';
import { conversationIdSchema, messagingIdSchema } from './messaging-ids.ts';

const conversationSchema = conversationIdSchema.meta({
  description: 'As the message service calls it. `.` and `..` are refused: no URL can hold them.',
  example: 'conversation-1',
});

/** A message of a conversation, as the message service reports it. Ids and times only: never the text. */
export const receivedMessageSchema = z
  .strictObject({
    messageId: messagingIdSchema.meta({ description: 'Unique in its conversation.', example: 'message-1' }),
    conversationId: conversationSchema,
    modelId: modelIdSchema,
    userId: userIdSchema,
    receivedAt: instantSchema.meta({
      description: 'When the user wrote. What lies ahead of our clock counts as now. What is too old gets no reply: see `reason`.',
    }),
    senderType: senderTypeSchema,
    automated: automatedSchema,
  })
  .meta({ id: 'ReceivedMessage' });

export const autoReplyIntakeSchema = z
  .object({
    status: z.enum(['scheduled', 'joined', 'ignored']),
    autoReplyId: answeredIdSchema.nullable(),
    dueAt: timestampSchema.nullable(),
    reason: z
      .enum(ignoreReasons)
      .nullable()
      .meta({
        description:
          'Why it is ignored. `from_itself`: the model writes to itself. `auto_respond_off`: the mood wants no replies. `sending_off`: the platform has switched automatic replies off. `answered`: the model has answered since. ' +
          '`before_mood`: the model wanted no replies when the message came in. `too_late`: its reply would be overdue by more than `AUTO_REPLY_MAX_LATE_SECONDS`. ' +
          '`cooling_down`: the user got a reply in this conversation less than `AUTO_REPLY_COOLDOWN_SECONDS` ago. `replied`: one was sent after the message came in. ' +
          '`daily_cap`: the user got `AUTO_REPLY_DAILY_CAP` replies of the model in 24 hours.',
      }),
  })
  .meta({ id: 'AutoReplyIntake' });

/** The model wrote in the conversation. */
export const conversationAnsweredSchema = z
  .strictObject({ conversationId: conversationSchema, modelId: modelIdSchema, answeredAt: instantSchema })
  .meta({ id: 'ConversationAnswered' });

export const cancelledRepliesSchema = z.object({ cancelled: z.int().min(0) }).meta({ id: 'CancelledReplies' });

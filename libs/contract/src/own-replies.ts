import { z } from 'zod';
import { answeredIdSchema, cursorField, limitField, timestampSchema } from './fields.ts';

export const ownRepliesQuerySchema = z.strictObject({ limit: limitField(100, 20), cursor: cursorField(200) });

const ownReplySchema = z
  .object({
    id: answeredIdSchema,
    conversationId: z.string().meta({ example: 'conversation-1' }),
    userId: answeredIdSchema,
    userName: z.string().nullable().meta({
      description: 'From the User Service; null for who is gone, and while it does not answer.',
      example: 'John123',
    }),
    status: z.enum(['scheduled', 'sent', 'cancelled', 'failed']).meta({
      description: '`scheduled`: on its way, or due later. `failed`: the message service did not take it.',
    }),
    reason: z
      .enum(['answered', 'auto_respond_off', 'mood_expired', 'sending_off', 'too_late', 'recipient_gone', 'held_out'])
      .nullable()
      .meta({
        description:
          'Why it was cancelled. `answered`: you answered first. `auto_respond_off`, `mood_expired`: your mood wanted no replies any more, or ended. `sending_off`: the platform had switched replies off. ' +
          '`too_late`: it would have come far too late. `recipient_gone`: the user or the conversation is gone. `held_out`: the user gets no replies during an experiment.',
      }),
    receivedAt: timestampSchema.meta({ description: 'When the user wrote first.' }),
    dueAt: timestampSchema,
    sentAt: timestampSchema.nullable(),
    text: z.string().nullable().meta({
      description:
        'The words, from when they are chosen until the message service has them: they are not kept after that, and `template` says what they were made from.',
    }),
    template: z
      .object({ id: answeredIdSchema, version: z.int().min(1), content: z.string().meta({ example: 'Hi {{userName|there}}, back soon!' }) })
      .nullable()
      .meta({ description: 'What the words were made from. null: a built-in text, or not chosen yet.' }),
    wroteAgain: z.boolean().nullable().meta({
      description: 'Whether the user wrote in the conversation within 24 hours after it. null: it was not sent.',
    }),
  })
  .meta({ id: 'OwnReply' });

/** Automatic replies as their model sees them. */
export const ownRepliesSchema = z
  .object({
    replies: z.array(ownReplySchema),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({ id: 'OwnReplies' });

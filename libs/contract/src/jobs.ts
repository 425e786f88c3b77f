import { z } from 'zod';
import { automatedSchema, senderTypeSchema } from './fields.ts';
import { instantTextSchema as instant } from './instant.ts';
import { conversationIdSchema, messagingIdSchema } from './messaging-ids.ts';

const uuid = z.guid('expected a UUID');

/**
 * What the message service puts into the queue `auto-reply` (docs/integration.md), by the name of the job: ids, times and flags only, since
 * job data lies there as clear text. What other jobs carry is between the relay and the worker: libs/queue has it.
 */
export const jobDataSchemas = {
  'message-received': z.strictObject({
    messageId: messagingIdSchema,
    conversationId: conversationIdSchema,
    modelId: uuid,
    userId: uuid,
    receivedAt: instant,
    senderType: senderTypeSchema,
    automated: automatedSchema,
  }),
  'conversation-answered': z.strictObject({ conversationId: conversationIdSchema, modelId: uuid, answeredAt: instant }),
};

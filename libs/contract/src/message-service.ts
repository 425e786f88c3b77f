import { z } from 'zod';
import { idSchema } from './fields.ts';

const textSchema = z.string('expected some text').min(1, 'expected some text').max(10_000, 'expected at most 10,000 characters');

/** What this system has the message service send in a model's name (contract: "Message Service Integration"). */
export const sentMessageSchema = z.object({ senderId: idSchema, recipientId: idSchema, text: textSchema });

const typeProblem = 'expected 1 to 100 characters';

/** What this system has the message service tell a model. */
export const notificationSchema = z.object({
  recipientId: idSchema,
  type: z.string(typeProblem).min(1, typeProblem).max(100, typeProblem),
  text: textSchema,
});

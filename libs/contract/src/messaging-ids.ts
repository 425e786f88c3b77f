import { z } from 'zod';

const idProblem = 'expected 1 to 128 of A-Z a-z 0-9 . _ ~ : -';

/** An id that the message service gives: any URL-safe word. */
export const messagingIdSchema = z.string(idProblem).regex(/^[A-Za-z0-9._~:-]{1,128}$/, idProblem);

/**
 * The id of a conversation, which is a segment of the path that replies are sent to. URLs take "." and ".." for steps through the path,
 * escaped or not: a reply there could never be delivered.
 */
export const conversationIdSchema = messagingIdSchema.refine((id) => id !== '.' && id !== '..', {
  error: '"." and ".." cannot be part of a URL',
});

import { errorCodes } from '@mood/domain/vocabulary';
import type { ErrorCode } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { timestampSchema } from './fields.ts';

/** The one form of error answers (contract: "Error Handling"). */
export const errorSchema = z
  .object({
    error: z.enum(errorCodes).meta({ description: 'One of a closed set of codes.' }),
    message: z.string().meta({ description: 'What is wrong and what to do, in words.' }),
  })
  .meta({ id: 'Error' });

/** An error answer of which only these codes can come. */
export const errorOf = (codes: readonly ErrorCode[]) => errorSchema.extend({ error: z.enum(codes) });

export const rateLimitErrorSchema = errorOf(['RATE_LIMIT_EXCEEDED'])
  .extend({ resetTime: timestampSchema.meta({ description: 'When the oldest counted change leaves the window.' }) })
  .meta({ id: 'RateLimitError' });

export const moodHeldErrorSchema = errorOf(['MOOD_HELD'])
  .extend({ heldUntil: timestampSchema.meta({ description: 'From then on the model can change its mood again.' }) })
  .meta({ id: 'MoodHeldError' });

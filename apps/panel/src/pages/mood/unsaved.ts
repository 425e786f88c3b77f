import * as z from 'zod/mini';

const moodState = z.enum(['neutral', 'positive', 'negative']);

/** What a model has typed and not saved, and the mood that she began from. */
export const unsavedMood = z.object({
  base: z.object({
    modelId: z.string(),
    version: z.number(),
    moodState,
    customMessage: z.nullable(z.string()),
    autoRespond: z.boolean(),
    responseDelay: z.number(),
    expiresAt: z.nullable(z.string()),
    lastUpdated: z.string(),
    updatedBy: z.enum(['model', 'admin']),
  }),
  draft: z.object({
    moodState,
    message: z.string(),
    autoRespond: z.boolean(),
    delay: z.string(),
    end: z.union([
      z.object({ choice: z.enum(['never', 'halfHour', 'hour', 'fourHours', 'today', 'tomorrow']) }),
      z.object({ choice: z.literal('kept'), at: z.string() }),
      z.object({ choice: z.literal('pick'), local: z.string() }),
    ]),
  }),
});

export const draftName = 'mood';

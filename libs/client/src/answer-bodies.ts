import { z } from 'zod';
import type { FoundTemplate, Mood, RenderedMessage } from './mood-api.ts';

/** What the API says of a thing; whether it is degraded stands in a header. */
type Body<T> = z.ZodType<Omit<T, 'degraded'>>;

const moodState = z.enum(['neutral', 'positive', 'negative']);

export const foundTemplateBody: Body<FoundTemplate> = z.object({ template: z.string(), moodState, variables: z.array(z.string()) });
export const renderedMessageBody: Body<RenderedMessage> = z.object({ renderedMessage: z.string(), moodState });
export const moodBody: Body<Mood> = z.object({
  modelId: z.string(),
  moodState,
  customMessage: z.string().nullable(),
  autoRespond: z.boolean(),
  responseDelay: z.number(),
  expiresAt: z.string().nullable(),
  lastUpdated: z.string(),
  updatedBy: z.enum(['model', 'admin']),
});
export const moodPageBody = z.object({ moods: z.array(moodBody), notFound: z.array(z.string()) });
export const refusalBody = z.object({ error: z.string(), message: z.string() });

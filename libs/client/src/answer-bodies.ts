import { autoReplyIntakeSchema, cancelledRepliesSchema } from '@mood/contract/auto-replies';
import { errorSchema } from '@mood/contract/errors';
import { moodPageSchema, moodSchema } from '@mood/contract/moods';
import { foundTemplateSchema, renderedMessageSchema } from '@mood/contract/templates';
import { z } from 'zod';
import type { FoundTemplate, Mood, MoodPage, RenderedMessage } from './mood-api.ts';
import type { Intake } from './reports.ts';

/** What the API says of a thing; whether it is degraded stands in a header. */
type Body<T> = z.ZodType<Omit<T, 'degraded'>>;

// A later release of the API may know more variables, statuses and codes: those lists are read as any words.
const words = z.array(z.string());

export const foundTemplateBody: Body<FoundTemplate> = foundTemplateSchema.omit({ explanation: true }).extend({ variables: words });
export const renderedMessageBody: Body<RenderedMessage> = renderedMessageSchema;
export const moodBody: Body<Mood> = moodSchema;
export const moodPageBody: z.ZodType<{ moods: Omit<Mood, 'degraded'>[]; notFound: MoodPage['notFound'] }> = moodPageSchema;
export const takenBody: z.ZodType<Intake> = autoReplyIntakeSchema
  .pick({ dueAt: true })
  .extend({ status: z.string(), reason: z.string().nullable() })
  .partial({ dueAt: true, reason: true })
  .transform(({ status, dueAt = null, reason = null }) => ({ status, dueAt, reason }));
export const cancelledBody = cancelledRepliesSchema;
export const refusalBody = errorSchema.extend({ error: z.string() });

import { feedbackTopics, maxFeedbackScore } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { timestampSchema } from './fields.ts';

const scoreProblem = `expected a whole number from 1 to ${maxFeedbackScore}`;
const about = z
  .enum(feedbackTopics, `expected one of ${feedbackTopics.join(', ')}`)
  .meta({ description: 'The mood of a model, an automatic reply, or the feature as a whole.', example: 'reply' });
const score = z
  .int(scoreProblem)
  .min(1, scoreProblem)
  .max(maxFeedbackScore, scoreProblem)
  .meta({ description: '1 is bad, 5 is good.', example: 4 });

export const feedbackRequestSchema = z.strictObject({ score, about }).meta({ id: 'FeedbackRequest' });

export const feedbackSchema = z
  .object({
    about,
    score,
    day: z.iso.date().meta({ description: 'The day in UTC that the score counts for.', example: '2026-01-02' }),
    givenAt: timestampSchema,
    replaced: z.boolean().meta({ description: 'Whether the caller had given one about the same today, which this one has replaced.' }),
  })
  .meta({ id: 'Feedback' });

import { z } from '@hono/zod-openapi';
import { moodStates } from '@mood/domain';

export const moodStateSchema = z.enum(moodStates, `expected one of ${moodStates.join(', ')}`).openapi('MoodState', { example: 'positive' });

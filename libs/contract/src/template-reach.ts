import { z } from 'zod';
import { answeredIdSchema, timestampSchema } from './fields.ts';
import { saveTemplateSchema } from './template-drafts.ts';

/** A template as it would be saved. */
export const templateReachRequestSchema = saveTemplateSchema.omit({ version: true, reason: true }).meta({ id: 'TemplateReachRequest' });

/** Who would have got it last week. */
export const templateReachSchema = z
  .object({
    period: z.object({ start: timestampSchema, end: timestampSchema }),
    renders: z.int().min(0).meta({ description: 'Messages of the type that were made in the period.', example: 1_200 }),
    won: z.int().min(0).meta({ description: 'Those that it would have won; of a variant, its share by weight.', example: 300 }),
    share: z.number().min(0).max(1).nullable().meta({ description: '`won` of `renders`; null: there were none.', example: 0.25 }),
    undecided: z.int().min(0).meta({
      description:
        'Those that it would have won if their users had its locale: the locale of users is not recorded, that of the template is.',
    }),
    from: z
      .array(z.object({ templateId: answeredIdSchema.nullable(), renders: z.int().min(0) }))
      .meta({ description: 'What those that it would have won were made from, most first, at most 20. null: a built-in text.' }),
    notKnown: z.array(z.string()).meta({ description: 'What the numbers cannot know, in sentences.' }),
  })
  .meta({ id: 'TemplateReach' });

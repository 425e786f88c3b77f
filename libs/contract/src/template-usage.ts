import { z } from 'zod';
import { answeredIdSchema } from './fields.ts';

const firstDay = '1970-01-01';
const dayProblem = 'expected a day such as 2026-01-02';
const daySchema = z.iso.date(dayProblem).refine((day) => day >= firstDay, dayProblem);
const countsShape = {
  rendered: z.int().min(0).meta({ description: 'Texts that were made from it.' }),
  sent: z.int().min(0).meta({ description: 'Automatic replies from it that the message service has.' }),
  failed: z.int().min(0).meta({ description: 'Texts that wanted a value, and replies that could not be delivered.' }),
};

export const usageQuerySchema = z.strictObject({
  from: daySchema.optional().meta({ description: 'The first day; 29 days before the last when absent.' }),
  to: daySchema.optional().meta({ description: 'The last day; today when absent.' }),
});

export const templateUsageSchema = z
  .object({
    templateId: answeredIdSchema,
    from: daySchema,
    to: daySchema,
    total: z.object(countsShape),
    days: z.array(z.object({ day: daySchema, ...countsShape })).meta({ description: 'Oldest first. Days without use are left out.' }),
  })
  .meta({ id: 'TemplateUsage' });

import { abuseRules, alertStatuses } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, cursorField, limitField, modelIdSchema, timestampSchema } from './fields.ts';
import { noteSchema } from './reason.ts';

const ruleSchema = z.enum(abuseRules, `expected one of ${abuseRules.join(', ')}`);
const statusSchema = z.enum(alertStatuses, `expected one of ${alertStatuses.join(', ')}`);

export const alertPageQuerySchema = z.strictObject({
  status: statusSchema.optional().meta({ description: 'Only alerts that nobody has looked at, that somebody has, or that are over.' }),
  rule: ruleSchema.optional().meta({ description: 'Only alerts of this rule.' }),
  modelId: modelIdSchema.optional().meta({ description: 'Only alerts about this model.' }),
  limit: limitField(100, 50),
  cursor: cursorField(200, ', with the same filters'),
});

export const alertSchema = z
  .object({
    id: answeredIdSchema,
    modelId: answeredIdSchema,
    rule: ruleSchema.meta({
      description:
        'What there was too much of within an hour: requests above a limit, texts that the content policy forbids, changes of the mood.',
    }),
    status: statusSchema.meta({ description: '`closed`: it was quiet for an hour, whether somebody has looked at it or not.' }),
    threshold: z.int().min(1).meta({ description: 'From so many on there is an alert.' }),
    count: z.int().min(1).meta({ description: 'How many there were in the hour before `lastSeenAt`.' }),
    peak: z.int().min(1).meta({ description: 'The most that there were in an hour.' }),
    openedAt: timestampSchema,
    lastSeenAt: timestampSchema.meta({ description: 'When it was last found to be at the threshold or above.' }),
    closedAt: timestampSchema.nullable(),
    acknowledgedAt: timestampSchema.nullable(),
    acknowledgedBy: answeredIdSchema.nullable().meta({ description: 'The administrator.' }),
    note: z.string().nullable().meta({ description: 'What the administrator wrote.' }),
  })
  .meta({
    id: 'AbuseAlert',
    example: {
      id: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c30',
      modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
      rule: 'content_refusals',
      status: 'acknowledged',
      threshold: 10,
      count: 12,
      peak: 15,
      openedAt: '2026-01-02T15:45:00.000Z',
      lastSeenAt: '2026-01-02T16:10:00.000Z',
      closedAt: null,
      acknowledgedAt: '2026-01-02T15:50:00.000Z',
      acknowledgedBy: 'c0000000-0000-4000-8000-000000000001',
      note: 'Talked to her: she wanted to name her new site.',
    },
  });

export const alertPageSchema = z
  .object({
    alerts: z.array(alertSchema),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({ id: 'AbuseAlertPage' });

export const acknowledgementSchema = z
  .strictObject({
    note: noteSchema.meta({ description: 'What was found or done, for other administrators.', example: 'Talked to her about links.' }),
  })
  .meta({ id: 'Acknowledgement' });

import { maxCustomMessageLength, maxValueLength } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema } from './fields.ts';
import { moodUpdateSchema } from './moods.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { requestLocaleSchema, templateTypeSchema, timeZoneSchema, userTierSchema } from './template-fields.ts';

/** A mood as it would be sent to be set, and for whom its texts are shown. */
export const moodPreviewRequestSchema = z
  .strictObject({
    ...moodUpdateSchema.shape,
    userName: fieldWithDefault(
      z.string('expected a name').max(maxValueLength, `expected at most ${maxValueLength} characters`),
      'John123',
    ).meta({
      description: 'Name of the user who would read the texts. Empty: not known.',
    }),
    locale: optionalField(requestLocaleSchema),
    timeZone: optionalField(timeZoneSchema),
  })
  .meta({ id: 'MoodPreviewRequest' });

export const moodPreviewSchema = z
  .object({
    message: z.object({
      text: z.string().nullable().meta({
        description: 'As it would be kept, and as users would see it while `shown`; null when there is none, or when it would be refused.',
      }),
      shown: z.boolean().meta({ description: 'false: messages are not shown to users at present.', example: true }),
      characters: z.int().min(0).meta({ description: 'Unicode code points as typed: those that the limit counts.', example: 20 }),
      limit: z.int().meta({ example: maxCustomMessageLength }),
      problem: z.string().nullable().meta({
        description: 'Why the message would be refused, with the passages, and what to do; null: it would not.',
        example: null,
      }),
      removed: z
        .array(z.object({ what: z.enum(['markup', 'hidden_character']), text: z.string() }))
        .meta({ description: 'What users would not see.' }),
    }),
    texts: z.array(
      z.object({
        templateType: templateTypeSchema,
        userTier: userTierSchema.nullable().meta({ description: 'null: a user whose tier is not known.' }),
        text: z.string().nullable().meta({
          description: 'null: no template of this mood can be sent, and the platform sends a text of its own.',
          example: 'Hi John123!',
        }),
        templateId: answeredIdSchema.nullable().meta({ description: 'null: no stored template.' }),
        templateVersion: z.int().min(1).nullable(),
      }),
    ),
  })
  .meta({ id: 'MoodPreview' });

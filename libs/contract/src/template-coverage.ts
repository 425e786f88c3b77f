import { coverageAnswers } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, described, moodStateSchema } from './fields.ts';
import { templateTypeSchema, userTierSchema } from './template-fields.ts';

/** Which messages templates are there for. */
export const templateCoverageSchema = z
  .object({
    cells: z
      .array(
        z.object({
          moodState: moodStateSchema,
          templateType: templateTypeSchema,
          tierLevel: described(userTierSchema.nullable(), 'null: templates for every tier.'),
          active: z.int().min(0).meta({ description: 'Active templates of exactly this mood, type and tier, of all locales.' }),
          answeredBy: z.enum(coverageAnswers).meta({
            description:
              'What a user of this tier and of no locale gets, from a model without a message. `tier`: a template of the tier. `any_tier`: one for every tier. `neutral_mood`, `built_in`: automatic replies fall back to these. ' +
              '`nothing`: the platform sends a text of its own.',
          }),
          templateId: answeredIdSchema
            .nullable()
            .meta({ description: 'The template that comes first; null for a built-in text and for nothing.' }),
        }),
      )
      .meta({ description: 'Every mood, type and tier.' }),
  })
  .meta({ id: 'TemplateCoverage' });

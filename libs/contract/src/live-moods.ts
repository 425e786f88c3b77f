import { z } from 'zod';
import { answeredIdSchema, demoIds, idSchema, timestampSchema } from './fields.ts';
import { versionedMoodSchema } from './moods.ts';

/** Ids per stream of moods. */
export const maxModelsPerStream = 200;

export const moodStreamQuerySchema = z.strictObject({
  modelIds: z
    .string('expected IDs separated by commas')
    .transform((text) => [...new Set(text.split(',').map((id) => id.trim().toLowerCase()))])
    .pipe(z.array(idSchema).min(1).max(maxModelsPerStream, `expected at most ${maxModelsPerStream} IDs`))
    .meta({
      type: 'string',
      param: { name: 'modelIds', in: 'query', description: `1 to ${maxModelsPerStream} IDs of performers, separated by commas.` },
      example: `${demoIds.sophia},${demoIds.elena}`,
    }),
});

/** `data` of the event `snapshot`, the first of each stream. */
export const moodSnapshotSchema = z
  .object({
    moods: z.array(versionedMoodSchema),
    notFound: z.array(answeredIdSchema).meta({ description: 'IDs that no performer has.' }),
    now: timestampSchema.meta({ description: 'The time here. A mood with `expiresAt` is neutral from then on, by this clock.' }),
  })
  .meta({ id: 'MoodSnapshot' });

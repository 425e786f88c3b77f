import { z } from 'zod';
import { answeredIdSchema, demoIds, idList } from './fields.ts';

/** Ids per question for names. */
export const maxNamesAtOnce = 100;

export const namesQuerySchema = z.strictObject({
  ids: idList('ids', maxNamesAtOnce, 'performers, users and administrators'),
});

export const namesSchema = z
  .object({
    people: z
      .array(
        z.object({
          id: answeredIdSchema.meta({ example: demoIds.sophia }),
          displayName: z.string().meta({ description: 'Plain text, whatever it was.', example: 'Sophia' }),
        }),
      )
      .meta({
        description:
          'From the Performer Service, else from the User Service. Who has no name, whom neither knows, and whoever is asked about while they do not answer, is left out.',
      }),
  })
  .meta({ id: 'Names' });

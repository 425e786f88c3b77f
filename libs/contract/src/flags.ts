import { flagKeys, flagRoles, maxFlagIds } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { answeredIdSchema, cursorField, described, idSchema, limitField, timestampSchema } from './fields.ts';
import { fieldWithDefault, optionalField } from './optional-field.ts';
import { reasonSchema } from './reason.ts';

const [firstKey, ...otherKeys] = flagKeys;
if (firstKey === undefined) throw new Error('no flag is declared');

export const flagKeySchema = z
  .enum([firstKey, ...otherKeys], `expected one of ${flagKeys.join(', ')}`)
  .meta({ id: 'FlagKey', example: 'auto-replies.send' });

const percentageProblem = 'expected a whole number from 0 to 100';
const versionProblem = 'expected the version that you edited';
const idsProblem = `expected a list of at most ${maxFlagIds.toLocaleString('en')} IDs`;
const roleProblem = `expected one of ${flagRoles.join(', ')}`;
const rolesProblem = `expected a list of roles, each once: ${flagRoles.join(', ')}`;

const percentageSchema = z.int(percentageProblem).min(0, percentageProblem).max(100, percentageProblem).meta({
  description:
    'Of all models or users, by a stable hash of their ID: the same ones get it everywhere, and keep it when the percentage is raised. 100: on. 0: off.',
  example: 10,
});

/** For whom a flag is on, in answers. */
const ruleShape = {
  percentage: percentageSchema,
  ids: z.array(answeredIdSchema).meta({ description: 'On for these models or users, whatever the percentage says.' }),
  roles: z.array(z.enum(flagRoles)).meta({ description: 'On for callers of these roles, whatever the percentage says.' }),
};
const ruleSchema = z.object(ruleShape).meta({ id: 'FlagRule' });

const changedByShape = {
  version: z.int().min(0).meta({ description: 'Counts the changes of the flag. 0: nobody has set it.' }),
  changedBy: answeredIdSchema.nullable().meta({ description: 'The administrator; null: an operator at the command line.' }),
  reason: z.string().nullable().meta({ description: 'null: it was changed in the database by hand.' }),
};

export const flagStateSchema = z
  .object({
    key: flagKeySchema,
    description: z.string().meta({ description: 'What it switches, and whose ID it is asked with.' }),
    default: z.boolean().meta({ description: 'In force until somebody sets the flag.' }),
    owner: z.string().meta({ example: 'messaging' }),
    endsOn: z.iso.date().meta({ description: 'By then it is removed, or its end put off. Nothing switches by itself.' }),
    state: z.enum(['on', 'off', 'partial']).meta({ description: '`partial`: on for some.' }),
    ...ruleShape,
    ...changedByShape,
    changedAt: timestampSchema.nullable().meta({ description: 'null: nobody has set it.' }),
  })
  .meta({ id: 'Flag' });

export const flagListSchema = z.object({ flags: z.array(flagStateSchema) }).meta({ id: 'FlagList' });

/** Sets a flag as a whole: lists that are left out become empty, and what is in one twice counts once. */
export const flagSettingSchema = z
  .strictObject({
    percentage: percentageSchema,
    ids: fieldWithDefault(z.array(idSchema, idsProblem).max(maxFlagIds, idsProblem), []).meta({
      description: 'On for these models or users, whatever the percentage says.',
    }),
    roles: fieldWithDefault(z.array(z.enum(flagRoles, roleProblem), rolesProblem).max(flagRoles.length, rolesProblem), []).meta({
      description: 'On for callers of these roles, whatever the percentage says.',
    }),
    reason: reasonSchema.meta({ description: 'Why, for the record.', example: 'Replies arrive twice: off until the cause is found.' }),
    expectedVersion: optionalField(z.int(versionProblem).min(0, versionProblem).max(2_147_483_647, versionProblem)).meta({
      description: 'The version that was edited. Another one by now is 409. Left out: the flag is set whatever it is.',
      example: 0,
    }),
  })
  .meta({ id: 'FlagSetting' });

export const flagHistoryQuerySchema = z.strictObject({
  limit: limitField(100, 20),
  cursor: cursorField(20),
});

export const flagHistorySchema = z
  .object({
    changes: z.array(
      z.object({
        ...changedByShape,
        changedAt: timestampSchema,
        before: described(ruleSchema.nullable(), 'null: the flag had its default.'),
        after: ruleSchema,
      }),
    ),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({ id: 'FlagHistory' });

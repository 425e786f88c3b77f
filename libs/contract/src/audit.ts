import { z } from 'zod';
import {
  answeredIdSchema,
  changedBySchema,
  described,
  idSchema,
  instantSchema,
  limitField,
  modelIdSchema,
  moodStateSchema,
  cursorField,
  timestampSchema,
  wholeNumberField,
} from './fields.ts';
import { holdEndedAtSchema } from './moods.ts';

const filterShape = {
  modelId: modelIdSchema.optional().meta({ description: 'Only this model.' }),
  version: wholeNumberField(1, 2_147_483_647, 'expected a whole number from 1')
    .optional()
    .meta({ description: 'Only this change of a model: its first is 1.' }),
  changedBy: changedBySchema.optional(),
  admin: idSchema.optional().meta({ description: 'Only what this administrator did.' }),
  state: described(moodStateSchema.optional(), 'Only transitions to this state.'),
  from: instantSchema.optional().meta({ type: 'string', format: 'date-time', description: 'The first moment.' }),
  to: instantSchema.optional().meta({ type: 'string', format: 'date-time', description: 'The moment after the last.' }),
};

const sealedField = z
  .enum(['shown', 'hidden'], 'expected shown or hidden')
  .default('shown')
  .meta({ description: '`hidden`: no sealed field is opened, and nothing is recorded.' });

export const auditEntrySchema = z
  .object({
    id: answeredIdSchema,
    modelId: answeredIdSchema,
    version: z.int().min(1),
    previousState: moodStateSchema.nullable(),
    newState: moodStateSchema,
    changedBy: changedBySchema,
    adminUserId: answeredIdSchema.nullable(),
    autoRespond: z.boolean(),
    responseDelay: z.int(),
    expiresAt: timestampSchema.nullable(),
    createdAt: timestampSchema,
    sealed: z.enum(['shown', 'hidden', 'erased']).meta({
      description:
        '`hidden`: it was asked for, or the token lacks the scope. `erased`: the model’s key was destroyed. In both cases the four fields below it are null.',
    }),
    adminReason: z.string().nullable(),
    customMessage: z.string().nullable(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    heldUntil: timestampSchema.nullable().meta({
      description: 'Until when the override keeps the model from changing its mood; null: not at all. It was not recorded at first.',
    }),
    holdEndedAt: holdEndedAtSchema,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryBody = z.input<typeof auditEntrySchema>;

export const auditQuerySchema = z.strictObject({
  ...filterShape,
  limit: limitField(100, 50),
  cursor: cursorField(200),
  sealed: sealedField,
});

export const auditPageSchema = z
  .object({
    entries: z.array(auditEntrySchema),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({ id: 'AuditPage' });

export const auditExportQuerySchema = z.strictObject({
  ...filterShape,
  sealed: sealedField,
  format: z.enum(['csv', 'ndjson'], 'expected csv or ndjson').default('ndjson'),
});

export const auditChainQuerySchema = z.strictObject({
  modelId: modelIdSchema
    .optional()
    .meta({ description: 'Computes the chain of this model anew. Without it only the last verification of all is told.' }),
});

export const auditChainSchema = z
  .object({
    model: z
      .object({
        modelId: answeredIdSchema,
        entries: z.int().min(0).meta({ description: 'Of the model, all of which were looked at.' }),
        problem: z.string().nullable().meta({
          description: 'The first that is wrong, in words; null: every entry is there, in its place and as it was written.',
          example: null,
        }),
      })
      .nullable()
      .meta({ description: 'null: no model was asked about.' }),
    lastVerification: z
      .object({
        verifiedUntil: timestampSchema.meta({ description: 'What was written later was not seen.' }),
        models: z.int().min(0),
        complete: z.int().min(0).meta({ description: 'Models in whose entries nothing was wrong.' }),
        entries: z.int().min(0),
      })
      .nullable()
      .meta({ description: 'Of the whole log, by `npm run audit:verify`; null: never.' }),
  })
  .meta({ id: 'AuditChain' });
export type AuditChainBody = z.input<typeof auditChainSchema>;

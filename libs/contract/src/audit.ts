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
} from './fields.ts';

const filterShape = {
  modelId: modelIdSchema.optional().meta({ description: 'Only this model.' }),
  changedBy: changedBySchema.optional(),
  admin: idSchema.optional().meta({ description: 'Only what this administrator did.' }),
  state: described(moodStateSchema.optional(), 'Only transitions to this state.'),
  from: instantSchema.optional().meta({ type: 'string', format: 'date-time', description: 'The first moment.' }),
  to: instantSchema.optional().meta({ type: 'string', format: 'date-time', description: 'The moment after the last.' }),
};

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
        '`hidden`: the token lacks the scope. `erased`: the model’s key was destroyed. In both cases the four fields below are null.',
    }),
    adminReason: z.string().nullable(),
    customMessage: z.string().nullable(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryBody = z.input<typeof auditEntrySchema>;

export const auditQuerySchema = z.strictObject({
  ...filterShape,
  limit: limitField(100, 50),
  cursor: cursorField(200),
});

export const auditPageSchema = z
  .object({
    entries: z.array(auditEntrySchema),
    nextCursor: z.string().nullable().meta({ description: 'null: there are no more.' }),
  })
  .meta({ id: 'AuditPage' });

export const auditExportQuerySchema = z.strictObject({
  ...filterShape,
  format: z.enum(['csv', 'ndjson'], 'expected csv or ndjson').default('ndjson'),
});

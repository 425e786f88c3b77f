import { createRoute, z } from '@hono/zod-openapi';
import { DomainError } from '@mood/domain';
import type { AuditEntry, AuditFilter } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, idSchema, instantSchema, modelIdSchema, timestampSchema } from '../http/contract.ts';
import { moodStateSchema } from '../moods/mood-schemas.ts';

export const auditors: Access = { roles: ['admin'], refusal: 'Only administrators read the audit log.' };

const description =
  'For administrators. Addresses, user agents, reasons and past messages are sealed: a token with the scope `audit:read` sees them, and that is recorded; others read null.';

const filterShape = {
  modelId: modelIdSchema.optional().openapi({ description: 'Only this model.' }),
  changedBy: z.enum(['model', 'admin', 'system'], 'expected model, admin or system').optional(),
  admin: idSchema.optional().openapi({ description: 'Only what this administrator did.' }),
  state: moodStateSchema.optional().openapi({ description: 'Only transitions to this state.' }),
  from: instantSchema.optional().openapi({ type: 'string', format: 'date-time', description: 'The first moment.' }),
  to: instantSchema.optional().openapi({ type: 'string', format: 'date-time', description: 'The moment after the last.' }),
};

const entrySchema = z
  .object({
    id: z.uuid(),
    modelId: z.uuid(),
    version: z.int().min(1),
    previousState: moodStateSchema.nullable(),
    newState: moodStateSchema,
    changedBy: z.enum(['model', 'admin', 'system']),
    adminUserId: z.uuid().nullable(),
    autoRespond: z.boolean(),
    responseDelay: z.int(),
    expiresAt: timestampSchema.nullable(),
    createdAt: timestampSchema,
    sealed: z.enum(['shown', 'hidden', 'erased']).openapi({
      description:
        '`hidden`: the token lacks the scope. `erased`: the model’s key was destroyed. In both cases the four fields below are null.',
    }),
    adminReason: z.string().nullable(),
    customMessage: z.string().nullable(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .openapi('AuditEntry');

const limitProblem = 'expected 1 to 100';

export const readAuditLogRoute = createRoute({
  method: 'get',
  path: '/admin/mood/audit',
  operationId: 'readAuditLog',
  tags: ['Audit'],
  summary: 'Read the audit log',
  description: `${description} Newest first, stable while entries are added.`,
  ...openTo(auditors),
  request: {
    query: z.strictObject({
      ...filterShape,
      limit: z.coerce.number(limitProblem).int(limitProblem).min(1, limitProblem).max(100, limitProblem).default(50),
      cursor: z.string().max(200).optional().openapi({ description: '`nextCursor` of the page before.' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of the log.',
      content: {
        'application/json': {
          schema: z
            .object({
              entries: z.array(entrySchema),
              nextCursor: z.string().nullable().openapi({ description: 'null: there are no more.' }),
            })
            .openapi('AuditPage'),
        },
      },
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

export const exportAuditLogRoute = createRoute({
  method: 'get',
  path: '/admin/mood/audit/export',
  operationId: 'exportAuditLog',
  tags: ['Audit'],
  summary: 'Export the audit log',
  description: `${description} Streams every entry that fits, newest first. An export that ends without its last line end was cut off.`,
  ...openTo(auditors),
  request: {
    query: z.strictObject({
      ...filterShape,
      format: z.enum(['csv', 'ndjson'], 'expected csv or ndjson').default('ndjson'),
    }),
  },
  responses: {
    200: {
      description: 'The entries.',
      headers: { 'Content-Disposition': { description: 'Offers the file under a name with today’s date.', schema: { type: 'string' } } },
      content: {
        'application/x-ndjson': { schema: z.string().openapi({ description: 'One `AuditEntry` per line.' }) },
        'text/csv': { schema: z.string().openapi({ description: 'A line of names, then a line per entry.' }) },
      },
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

interface FilterQuery extends Omit<AuditFilter, 'adminUserId'> {
  admin?: string | undefined;
}

/** @throws DomainError INVALID_REQUEST when the time ends before it begins. */
export function toAuditFilter({ modelId, changedBy, admin, state, from, to }: FilterQuery): AuditFilter {
  if (from !== undefined && to !== undefined && from >= to) throw new DomainError('INVALID_REQUEST', 'from: expected a time before "to".');
  return { modelId, changedBy, adminUserId: admin, state, from, to };
}

export type AuditEntryBody = z.input<typeof entrySchema>;

export function toEntryBody(entry: AuditEntry): AuditEntryBody {
  const { sealed } = entry;
  const details = typeof sealed === 'string' ? null : sealed;
  return {
    id: entry.id,
    modelId: entry.modelId,
    version: entry.version,
    previousState: entry.previousState,
    newState: entry.newState,
    changedBy: entry.changedBy,
    adminUserId: entry.adminUserId,
    autoRespond: entry.autoRespond,
    responseDelay: entry.responseDelay,
    expiresAt: entry.expiresAt?.toISOString() ?? null,
    createdAt: entry.createdAt.toISOString(),
    sealed: typeof sealed === 'string' ? sealed : 'shown',
    adminReason: details?.adminReason ?? null,
    customMessage: details?.customMessage ?? null,
    ipAddress: details?.ipAddress ?? null,
    userAgent: details?.userAgent ?? null,
  };
}

/** The columns of the CSV, in order. */
export const entryColumns = Object.keys(entrySchema.shape);

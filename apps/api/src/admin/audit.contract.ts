import {
  auditChainQuerySchema,
  auditChainSchema,
  auditEntrySchema,
  auditExportQuerySchema,
  auditPageSchema,
  auditQuerySchema,
} from '@mood/contract/audit';
import type { AuditChainBody, AuditEntryBody } from '@mood/contract/audit';
import { createRoute } from '@hono/zod-openapi';
import { DomainError } from '@mood/domain';
import type { AuditChain, AuditEntry, AuditReading } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { asOfHeader, badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';

export const auditors: Access = { roles: ['admin'], refusal: 'Only administrators read the audit log.' };

const description =
  'For administrators. Addresses, user agents, reasons and past messages are sealed: a token with the scope `audit:read` sees them unless it asks for them to be hidden, and that is recorded; others read null.';

export const readAuditLogRoute = createRoute({
  method: 'get',
  path: '/admin/mood/audit',
  operationId: 'readAuditLog',
  tags: ['Audit'],
  summary: 'Read the audit log',
  description: `${description} Newest first, stable while entries are added.`,
  ...openTo(auditors),
  request: {
    query: auditQuerySchema,
  },
  responses: {
    200: {
      description: 'A page of the log.',
      headers: asOfHeader,
      content: json(auditPageSchema),
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.tooMuch,
    ...commonErrors,
  },
});

export const exportAuditLogRoute = createRoute({
  method: 'get',
  path: '/admin/mood/audit/export',
  operationId: 'exportAuditLog',
  tags: ['Audit'],
  summary: 'Export the audit log',
  description: `${description} Streams every matching entry, newest first. An export that ends without its last line end was cut off.`,
  ...openTo(auditors),
  request: {
    query: auditExportQuerySchema,
  },
  responses: {
    200: {
      description: 'The entries.',
      headers: {
        ...asOfHeader,
        'Content-Disposition': { description: 'Offers the file under a name with today’s date.', schema: { type: 'string' } },
      },
      content: {
        'application/x-ndjson': { schema: z.string().meta({ description: 'One `AuditEntry` per line.' }) },
        'text/csv': { schema: z.string().meta({ description: 'A header line, then a line per entry.' }) },
      },
    },
    ...badRequest('INVALID_MOOD_STATE'),
    ...errorAnswers.forbidden,
    ...errorAnswers.tooMuch,
    ...commonErrors,
  },
});

export const readAuditChainRoute = createRoute({
  method: 'get',
  path: '/admin/mood/audit/chain',
  operationId: 'readAuditChain',
  tags: ['Audit'],
  summary: 'See whether the audit log is as it was written',
  description:
    'For administrators. Every entry holds the hash of the one before. For a model all of them are computed anew, in the API and not in the database, for one model at a time (429 meanwhile); of the whole log the last verification is told.',
  ...openTo(auditors),
  request: { query: auditChainQuerySchema },
  responses: {
    200: { description: 'The state of the chain.', content: json(auditChainSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...commonErrors,
  },
});

interface FilterQuery extends Omit<AuditReading['filter'], 'adminUserId'> {
  admin?: string | undefined;
  sealed: 'shown' | 'hidden';
}

/** @throws DomainError INVALID_REQUEST when the time ends before it begins. */
export function toAuditReading({ modelId, version, changedBy, admin, state, from, to, sealed }: FilterQuery): AuditReading {
  if (from !== undefined && to !== undefined && from >= to) throw new DomainError('INVALID_REQUEST', 'from: expected a time before "to".');
  return { filter: { modelId, version, changedBy, adminUserId: admin, state, from, to }, wantsSealed: sealed === 'shown' };
}

export const toChainBody = ({ model, lastVerification }: AuditChain): AuditChainBody => ({
  model,
  lastVerification: lastVerification && { ...lastVerification, verifiedUntil: lastVerification.verifiedUntil.toISOString() },
});

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
    heldUntil: entry.heldUntil?.toISOString() ?? null,
    holdEndedAt: entry.holdEndedAt?.toISOString() ?? null,
  };
}

/** The columns of the CSV, in order. */
export const entryColumns = Object.keys(auditEntrySchema.shape);

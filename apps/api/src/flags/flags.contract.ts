import {
  flagHistoryQuerySchema,
  flagHistorySchema,
  flagKeySchema,
  flagListSchema,
  flagSettingSchema,
  flagStateSchema,
} from '@mood/contract/flags';
import { createRoute } from '@hono/zod-openapi';
import type { FlagHistoryPage, FlagState } from '@mood/domain';
import { z } from 'zod';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';

const refusal = 'Only administrators see and set feature flags.';
export const flagReaders: Access = { roles: ['admin'], refusal };
export const flagWriters: Access = { roles: ['admin'], scope: 'flags:write', refusal };

const params = z.object({ key: flagKeySchema.meta({ param: { name: 'key', in: 'path' } }) });

export const listFlagsRoute = createRoute({
  method: 'get',
  path: '/admin/mood/flags',
  operationId: 'listFlags',
  tags: ['Flags'],
  summary: 'List the feature flags',
  description: 'For administrators: every flag, how it is set, by whom and why.',
  ...openTo(flagReaders),
  responses: {
    200: { description: 'The flags.', content: json(flagListSchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.flagsForbidden,
    ...commonErrors,
  },
});

export const setFlagRoute = createRoute({
  method: 'put',
  path: '/admin/mood/flags/{key}',
  operationId: 'setFlag',
  tags: ['Flags'],
  summary: 'Set a feature flag',
  description:
    'For administrators with the scope `flags:write`. Replaces the whole setting, and takes effect in every process within a second, also while Redis is down. Who, when, why, before and after are recorded.',
  ...openTo(flagWriters),
  request: { params, body: { required: true, content: json(flagSettingSchema) } },
  responses: {
    200: { description: 'The flag as it is now.', content: json(flagStateSchema) },
    ...badRequest(),
    ...errorAnswers.flagsForbidden,
    ...errorAnswers.conflict,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export const flagHistoryRoute = createRoute({
  method: 'get',
  path: '/admin/mood/flags/{key}/history',
  operationId: 'getFlagHistory',
  tags: ['Flags'],
  summary: 'Get the history of a feature flag',
  description: 'For administrators: every change, newest first.',
  ...openTo(flagReaders),
  request: { params, query: flagHistoryQuerySchema },
  responses: {
    200: { description: 'A page of changes.', content: json(flagHistorySchema) },
    ...errorAnswers.badRequest,
    ...errorAnswers.flagsForbidden,
    ...commonErrors,
  },
});

const toRuleBody = ({ percentage, ids, roles }: Pick<FlagState, 'percentage' | 'ids' | 'roles'>) => ({
  percentage,
  ids: [...ids],
  roles: [...roles],
});

export function toFlagBody({ lastChange, ...flag }: FlagState): z.input<typeof flagStateSchema> {
  return {
    ...flag,
    ...toRuleBody(flag),
    changedBy: lastChange?.changedBy ?? null,
    reason: lastChange?.reason ?? null,
    changedAt: lastChange?.changedAt.toISOString() ?? null,
  };
}

export function toHistoryBody({ changes, nextCursor }: FlagHistoryPage): z.input<typeof flagHistorySchema> {
  return {
    changes: changes.map(({ version, changedBy, reason, changedAt, before, after }) => ({
      version,
      changedBy,
      reason,
      changedAt: changedAt.toISOString(),
      before: before === null ? null : toRuleBody(before),
      after: toRuleBody(after),
    })),
    nextCursor,
  };
}

import { errorOf, errorSchema, moodHeldErrorSchema, rateLimitErrorSchema } from '@mood/contract/errors';
import type { ErrorCode } from '@mood/domain';
import type { Context } from 'hono';
import { z } from 'zod';

/** A body of JSON, as the OpenAPI library takes it. */
export const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } });

/**
 * Tells the OpenAPI library that a schema of `libs/contract` extends a named one, so that the document says so (`allOf`) instead of
 * repeating the fields. The library notices only schemas that were extended with its own function, which `libs/contract` does not import.
 */
export function extending<S extends z.ZodType>(schema: S, base: z.ZodType): S {
  const { id, ...meta } = schema.meta() ?? {};
  const _internal = { ...(id !== undefined && { refId: id }), extendedFrom: { refId: base.meta()?.id, schema: base } };
  z.globalRegistry.add(schema, { ...meta, _internal });
  return schema;
}

for (const schema of [rateLimitErrorSchema, moodHeldErrorSchema]) extending(schema, errorSchema);

/** An error answer, and the codes that it can have. docs/error-examples.ts adds an example of each. */
export const errorAnswer = <const D extends string>(description: D, ...codes: [ErrorCode, ...ErrorCode[]]) => ({
  description,
  content: json(extending(errorOf(codes), errorSchema)),
});

/**
 * @param codes of the route's fields that have an error code of their own (see validation.ts); every other violation is `INVALID_REQUEST`.
 */
export const badRequest = (...codes: ErrorCode[]) => ({
  400: errorAnswer('The request is not valid. `error` names the field.', 'INVALID_REQUEST', ...codes),
});

/** The error answers of a route, by status; spread what applies. */
export const errorAnswers = {
  badRequest: badRequest(),
  forbidden: { 403: errorAnswer('The caller may not do this.', 'UNAUTHORIZED') },
  updateForbidden: {
    403: errorAnswer(
      'The caller may not do this, has not accepted the terms, or updates are switched off for now.',
      'UNAUTHORIZED',
      'TERMS_NOT_ACCEPTED',
      'FEATURE_DISABLED',
    ),
  },
  flagsForbidden: { 403: errorAnswer('The caller may not do this, or the flags are kept elsewhere.', 'UNAUTHORIZED', 'FEATURE_DISABLED') },
  modelNotFound: { 404: errorAnswer('No model has this ID.', 'MODEL_NOT_FOUND') },
  templateNotFound: { 404: errorAnswer('No template, or no version of it, has this ID or number.', 'TEMPLATE_NOT_FOUND') },
  experimentNotFound: { 404: errorAnswer('No template has this experiment.', 'EXPERIMENT_NOT_FOUND') },
  noTemplateFits: { 404: errorAnswer('No model has this ID, or no template fits.', 'MODEL_NOT_FOUND', 'TEMPLATE_NOT_FOUND') },
  conflict: { 409: errorAnswer('Somebody else changed it first; nothing was changed.', 'VERSION_CONFLICT') },
  otherContents: { 409: errorAnswer('The id was used before with other contents; nothing was changed.', 'IDEMPOTENCY_CONFLICT') },
  heldOrChanged: {
    409: {
      description:
        'An administrator’s override holds (`MOOD_HELD`, with `Retry-After`), or the mood has not the expected version (`VERSION_CONFLICT`). Nothing was changed.',
      content: json(z.union([moodHeldErrorSchema, extending(errorOf(['VERSION_CONFLICT']), errorSchema)])),
    },
  },
  notRenderable: { 422: errorAnswer('Every template that fits lacks a value.', 'TEMPLATE_RENDER_FAILED') },
  tooMuch: { 422: errorAnswer('There is too much to look through: narrow the time, or ask for less.', 'INVALID_REQUEST') },
  notJson: { 415: errorAnswer('The body is not JSON.', 'INVALID_REQUEST') },
} as const;

/** 429: above a limit that names its `resetTime`, or above the request rate. */
export const tooManySchema = z.union([rateLimitErrorSchema, extending(errorOf(['TOO_MANY_REQUESTS']), errorSchema)]);

/** @param why this route answers 429, besides too many refused writes. */
export const tooMany = (why: string) => ({
  description: `${why} \`Retry-After\` is set; \`RATE_LIMIT_EXCEEDED\` names its \`resetTime\`.`,
  content: json(tooManySchema),
});

/** The errors of every route: no token, above its limits, or a fault. */
export const commonErrors = {
  401: errorAnswer('No valid access token. `WWW-Authenticate` is set.', 'UNAUTHORIZED'),
  429: tooMany('Too many requests of this caller in a minute, or too many that were refused.'),
  500: errorAnswer('Internal error.', 'SYSTEM_ERROR'),
  503: errorAnswer(
    'A dependency is down. Whether a change was made is not known when the connection broke on the way back. `Retry-After` is set.',
    'SYSTEM_ERROR',
  ),
} as const;

/** Documents the header in the OpenAPI document. */
export const degradedHeader = {
  'Mood-Degraded': {
    description:
      'Present, and `true`, while the database does not answer: the mood may be out of date, or neutral because it is not known.',
    schema: { type: 'string', example: 'true' },
  },
} as const;

/** Documents the header in the OpenAPI document. */
export const asOfHeader = {
  'As-Of': {
    description:
      'Everything until this moment is in the answer (RFC 3339, with milliseconds). It is a little in the past where a replica of the database is read; `Cache-Control: no-cache` in the request asks for the present.',
    schema: { type: 'string', format: 'date-time', example: '2026-01-02T15:45:00.123Z' },
  },
} as const;

/** Marks an answer that may be out of date or neutral because the database does not answer (contract: INT-5). */
export function markDegraded(c: Context, degraded: boolean): void {
  if (degraded) c.header('Mood-Degraded', 'true');
}

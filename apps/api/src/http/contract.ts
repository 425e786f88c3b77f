import { errorCodes, instantSchema as domainInstant } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import { z } from '@hono/zod-openapi';

/** A schema of the domain, to be described here: only schemas that were made after the OpenAPI library was loaded can be. */
export const ofDomain = <S extends z.ZodType>(schema: S): S => schema.clone();

/** Identifiers of performers and users. Upper case is accepted and means the same. */
export const idSchema = z
  .guid('expected a UUID')
  .toLowerCase()
  .openapi({ format: 'uuid', example: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d' });

/** People of the sandbox, so that an example of the document can be sent as it is. */
export const demoIds = {
  sophia: 'a0000000-0000-4000-8000-000000000001',
  elena: 'a0000000-0000-4000-8000-000000000002',
  john: 'b0000000-0000-4000-8000-000000000001',
} as const;

export const modelIdSchema = idSchema.openapi({ description: 'ID of the performer.', example: demoIds.sophia });
export const userIdSchema = idSchema.openapi({ description: 'ID of the user.', example: demoIds.john });

/** A point in time as callers write it: ISO 8601 with any zone. */
export const instantSchema = ofDomain(domainInstant).openapi({ type: 'string', format: 'date-time' });

export const timestampSchema = z.iso.datetime().openapi({ example: '2026-01-02T15:45:00.000Z' });

export const errorSchema = z
  .object({
    error: z.enum(errorCodes).openapi({ description: 'One of a closed set of codes.' }),
    message: z.string().openapi({ description: 'What is wrong and what to do, in words.' }),
  })
  .openapi('Error');

/** An error answer of which only these codes can come. */
const errorOf = (codes: readonly ErrorCode[]) => errorSchema.extend({ error: z.enum(codes) });

const rateLimitErrorSchema = errorOf(['RATE_LIMIT_EXCEEDED'])
  .extend({ resetTime: timestampSchema.openapi({ description: 'When the oldest counted change leaves the window.' }) })
  .openapi('RateLimitError');

const moodHeldErrorSchema = errorOf(['MOOD_HELD'])
  .extend({ heldUntil: timestampSchema.openapi({ description: 'From then on the model can change its mood again.' }) })
  .openapi('MoodHeldError');

/** An error answer, and the codes that it can have. docs/error-examples.ts adds an example of each. */
export const errorAnswer = <const D extends string>(description: D, ...codes: [ErrorCode, ...ErrorCode[]]) => ({
  description,
  content: { 'application/json': { schema: errorOf(codes) } },
});

/** @param codes of the fields that have one of their own (validation.ts): besides `INVALID_REQUEST`, which everything else gets. */
export const badRequest = (...codes: ErrorCode[]) => ({
  400: errorAnswer('The request is not valid. `error` names the field.', 'INVALID_REQUEST', ...codes),
});

/** The error answers of a route, by status; spread what applies. */
export const errorAnswers = {
  badRequest: badRequest(),
  forbidden: { 403: errorAnswer('The caller may not do this.', 'UNAUTHORIZED') },
  termsNotAccepted: {
    403: errorAnswer('The caller may not do this, or has not accepted the terms.', 'UNAUTHORIZED', 'TERMS_NOT_ACCEPTED'),
  },
  modelNotFound: { 404: errorAnswer('No model has this ID.', 'MODEL_NOT_FOUND') },
  templateNotFound: { 404: errorAnswer('No template, or no version of it, has this ID or number.', 'TEMPLATE_NOT_FOUND') },
  noTemplateFits: { 404: errorAnswer('No model has this ID, or no template fits.', 'MODEL_NOT_FOUND', 'TEMPLATE_NOT_FOUND') },
  conflict: { 409: errorAnswer('Somebody else was quicker; nothing was changed.', 'VERSION_CONFLICT') },
  otherContents: { 409: errorAnswer('The id is known, with other contents; nothing was changed.', 'IDEMPOTENCY_CONFLICT') },
  held: {
    409: {
      description: 'An administrator’s override holds. `Retry-After` is set.',
      content: { 'application/json': { schema: moodHeldErrorSchema } },
    },
  },
  notRenderable: { 422: errorAnswer('Every template that fits lacks a value.', 'TEMPLATE_RENDER_FAILED') },
  notJson: { 415: errorAnswer('The body is not JSON.', 'INVALID_REQUEST') },
} as const;

/** 404 where a template is looked for. */
export const noTemplateFitsSchema = errorOf(['MODEL_NOT_FOUND', 'TEMPLATE_NOT_FOUND']);

/** 429, by a limit that says when it is over, or by one of requests. */
export const tooManySchema = z.union([rateLimitErrorSchema, errorOf(['TOO_MANY_REQUESTS'])]);

/** @param why besides the limit of refused writes. */
export const tooMany = (why: string) => ({
  description: `${why} \`Retry-After\` is set; \`RATE_LIMIT_EXCEEDED\` names its \`resetTime\`.`,
  content: { 'application/json': { schema: tooManySchema } },
});

/** Every route needs a token, has its limits, and can break. */
export const commonErrors = {
  401: errorAnswer('No valid access token. `WWW-Authenticate` is set.', 'UNAUTHORIZED'),
  429: tooMany('Too many requests of this caller in a minute, or too many that were refused.'),
  500: errorAnswer('Internal error.', 'SYSTEM_ERROR'),
  503: errorAnswer(
    'A dependency is down. Whether a change was made is not known when the connection broke on the way back. `Retry-After` is set.',
    'SYSTEM_ERROR',
  ),
} as const;

/** `limit` and `offset` of a list, for a query schema. */
export function pageQuery(maxLimit: number, defaultLimit: number) {
  const limit = `expected 1 to ${maxLimit}`;
  const offset = 'expected 0 or more';
  return {
    limit: z.coerce.number(limit).int(limit).min(1, limit).max(maxLimit, limit).default(defaultLimit),
    // Coercion makes 0 of null, but a query has no null.
    offset: z.coerce.number(offset).int(offset).min(0, offset).max(2_147_483_647).default(0).openapi({ type: 'integer' }),
  };
}

import { errorCodes, instantSchema as domainInstant } from '@mood/domain';
import { z } from '@hono/zod-openapi';

/** A schema of the domain, to be described here: only schemas that were made after the OpenAPI library was loaded can be. */
export const ofDomain = <S extends z.ZodType>(schema: S): S => schema.clone();

/** Identifiers of performers and users. Upper case is accepted and means the same. */
export const idSchema = z
  .guid('expected a UUID')
  .toLowerCase()
  .openapi({ format: 'uuid', example: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d' });

/** A point in time as callers write it: ISO 8601 with any zone. */
export const instantSchema = ofDomain(domainInstant).openapi({ type: 'string', format: 'date-time' });

export const timestampSchema = z.iso.datetime().openapi({ example: '2026-01-02T15:45:00.000Z' });

export const errorSchema = z
  .object({
    error: z.enum(errorCodes).openapi({ description: 'One of a closed set of codes.' }),
    message: z
      .string()
      .openapi({ description: 'What is wrong and what to do, in words.', example: 'responseDelay: expected 0 to 300 seconds.' }),
  })
  .openapi('Error');

export const rateLimitErrorSchema = errorSchema
  .extend({ resetTime: timestampSchema.openapi({ description: 'When the oldest counted change leaves the window.' }) })
  .openapi('RateLimitError');

export const moodHeldErrorSchema = errorSchema
  .extend({ heldUntil: timestampSchema.openapi({ description: 'From then on the model can change its mood again.' }) })
  .openapi('MoodHeldError');

const errorAnswer = <const D extends string>(description: D) => ({
  description,
  content: { 'application/json': { schema: errorSchema } },
});

/** The error answers of a route, by status; spread what applies. */
export const errorAnswers = {
  badRequest: { 400: errorAnswer('The request is not valid. `error` names the field.') },
  forbidden: { 403: errorAnswer('The caller may not do this.') },
  notFound: { 404: errorAnswer('There is no such thing.') },
  conflict: { 409: errorAnswer('Somebody else was quicker; nothing was changed.') },
  notRenderable: { 422: errorAnswer('A value that the template needs is missing.') },
  notJson: { 415: errorAnswer('The body is not JSON.') },
} as const;

/** @param why besides the limit of refused writes. */
export const tooMany = (why: string) => ({
  description: `${why} \`Retry-After\` is set; \`RATE_LIMIT_EXCEEDED\` names its \`resetTime\`.`,
  content: { 'application/json': { schema: z.union([rateLimitErrorSchema, errorSchema]) } },
});

/** Every route needs a token, has its limits, and can break. */
export const commonErrors = {
  401: errorAnswer('No valid access token. `WWW-Authenticate` is set.'),
  429: tooMany('Too many requests of this caller in a minute, or too many that were refused.'),
  500: errorAnswer('Internal error.'),
  503: errorAnswer(
    'A dependency is down. Whether a change was made is not known when the connection broke on the way back. `Retry-After` is set.',
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

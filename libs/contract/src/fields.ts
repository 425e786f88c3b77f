import { moodStates } from '@mood/domain/vocabulary';
import { z } from 'zod';
import { instantSchema as anyInstant } from './instant.ts';

/** Identifiers of performers and users. Upper case is accepted and means the same. */
export const idSchema = z.guid('expected a UUID').toLowerCase().meta({ format: 'uuid', example: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d' });

/** The same in an answer: as it was stored, also one that no version of UUID has made. */
export const answeredIdSchema = z.guid().meta({ format: 'uuid' });

/** People of the sandbox, so that an example can be sent as it is. */
export const demoIds = {
  sophia: 'a0000000-0000-4000-8000-000000000001',
  elena: 'a0000000-0000-4000-8000-000000000002',
  john: 'b0000000-0000-4000-8000-000000000001',
} as const;

export const modelIdSchema = idSchema.meta({ description: 'ID of the performer.', example: demoIds.sophia });
export const userIdSchema = idSchema.meta({ description: 'ID of the user.', example: demoIds.john });

/** A point in time as callers write it: ISO 8601 with any zone. */
export const instantSchema = anyInstant.meta({ type: 'string', format: 'date-time' });

/** A point in time as answers write it: ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime().meta({ example: '2026-01-02T15:45:00.000Z' });

export const moodStateSchema = z
  .enum(moodStates, `expected one of ${moodStates.join(', ')}`)
  .meta({ id: 'MoodState', example: 'positive' });

/**
 * Says what a named schema is for where it is used, behind `.optional()` or `.nullable()`. Not by `meta`: that makes another schema, which
 * the OpenAPI document would spell out where it refers to this one.
 */
export const described = <S extends z.ZodType>(schema: S, description: string): S => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

/** Who caused a transition. */
export const changedBySchema = z.enum(['model', 'admin', 'system'], 'expected model, admin or system');

/** IDs of a query, separated by commas. @param of whose they are. */
export function idList(name: string, most: number, of: string) {
  return z
    .string('expected IDs separated by commas')
    .transform((text) => text.split(',').map((id) => id.trim()))
    .pipe(z.array(idSchema).min(1).max(most, `expected at most ${most} IDs`))
    .meta({
      type: 'string',
      param: { name, in: 'query', description: `1 to ${most} IDs of ${of}, separated by commas.` },
      example: `${demoIds.sophia},${demoIds.elena}`,
    });
}

const nextCursorProblem = 'expected the nextCursor of the page before';

/** `cursor` of a list, for a query. @param more what is said beside, such as `, with the same filters`. */
export function cursorField(maxLength: number, more = '') {
  return z
    .string(nextCursorProblem)
    .max(maxLength, nextCursorProblem)
    .optional()
    .meta({ description: `\`nextCursor\` of the page before${more}.` });
}

/** Decimal digits and nothing else: `Number` would read `0x10`, `1e1`, blanks and the empty text, too. */
const decimalDigits = /^\d{1,15}$/;

/** A whole number in a query, written in decimal digits. */
export function wholeNumberField(least: number, most: number, problem = `expected ${least} to ${most}`) {
  return z
    .string(problem)
    .regex(decimalDigits, problem)
    .transform(Number)
    .pipe(z.int(problem).min(least, problem).max(most, problem))
    .meta({ type: 'integer', minimum: least, maximum: most });
}

/** The same where it may be left out. */
export function wholeNumberOr(fallback: number, least: number, most: number, problem?: string) {
  // The document would not find the default behind what is read from text.
  return wholeNumberField(least, most, problem).default(fallback).meta({ default: fallback });
}

/** `limit` of a list, for a query. */
export function limitField(maxLimit: number, defaultLimit: number) {
  return wholeNumberOr(defaultLimit, 1, maxLimit);
}

/** `limit` and `offset` of a list, for a query. */
export function pageQuery(maxLimit: number, defaultLimit: number) {
  return {
    limit: limitField(maxLimit, defaultLimit),
    offset: wholeNumberOr(0, 0, 2_147_483_647, 'expected 0 or more'),
  };
}

/** Who wrote a message. */
export const senderTypeSchema = z.enum(['user', 'model', 'system'], 'expected user, model or system');

/** Whether a message was written by no person. */
export const automatedSchema = z.boolean('expected true or false');

/** `true` or `false`, for a query. */
export const flagSchema = z.enum(['true', 'false'], 'expected true or false');

import { createRoute, z } from '@hono/zod-openapi';
import { currentTerms, notificationText } from '@mood/domain';
import type { ChangesLeft, Mood, ModelStanding } from '@mood/domain';
import { openTo } from '../auth/access.ts';
import type { Access } from '../auth/access.ts';
import { commonErrors, errorAnswers, timestampSchema } from '../http/contract.ts';
import { moodStateSchema } from './mood-schemas.ts';
import { moodSchema, toMoodBody } from './moods.contract.ts';

export const ownModels: Access = { roles: ['model'], refusal: 'Only models have a mood of their own.' };

export const changesLeftSchema = z
  .object({
    limit: z.int().openapi({ description: 'Changes in a rolling hour.', example: 50 }),
    remaining: z.int().min(0).openapi({ example: 47 }),
    moreAt: timestampSchema.nullable().openapi({ description: 'When one more becomes free; null when none is used.' }),
  })
  .openapi('ChangesLeft');

export const heldUntilSchema = timestampSchema
  .nullable()
  .openapi({ description: 'Until then an administrator’s override keeps the model from changing its mood; null: it may.' });

const noticeSchema = z
  .object({
    type: z.enum(['mood_overridden', 'mood_expired']),
    at: timestampSchema.openapi({ description: 'When it took effect.' }),
    previousState: moodStateSchema,
    newState: moodStateSchema,
    text: z
      .string()
      .openapi({ description: 'In words for the model.', example: 'Your mood has ended as you planned and is neutral again.' }),
  })
  .openapi('MoodNotice');

const ownMoodSchema = z
  .object({
    mood: moodSchema,
    changes: changesLeftSchema,
    heldUntil: heldUntilSchema,
    terms: z.object({
      version: z.string().openapi({ description: 'Of the current terms.', example: currentTerms.version }),
      acceptedAt: timestampSchema.nullable().openapi({ description: 'null: they have to be accepted before the next change.' }),
    }),
    notices: z.array(noticeSchema).openapi({
      description:
        'What others did to the mood in the last 30 days, newest first, at most 20: overrides, and ends of moods. From the log of changes; a notification can say more of the reason.',
    }),
  })
  .openapi('OwnMood', {
    example: {
      mood: {
        modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
        moodState: 'positive',
        customMessage: 'Feeling great today!',
        autoRespond: true,
        responseDelay: 30,
        expiresAt: null,
        lastUpdated: '2026-01-02T15:45:00.000Z',
        updatedBy: 'model',
      },
      changes: { limit: 50, remaining: 47, moreAt: '2026-01-02T16:05:12.000Z' },
      heldUntil: null,
      terms: { version: currentTerms.version, acceptedAt: '2026-01-01T09:00:00.000Z' },
      notices: [
        {
          type: 'mood_expired',
          at: '2026-01-02T12:00:00.000Z',
          previousState: 'negative',
          newState: 'neutral',
          text: 'Your mood has ended as you planned and is neutral again.',
        },
      ],
    },
  });

export const getOwnMoodRoute = createRoute({
  method: 'get',
  path: '/mood/me',
  operationId: 'getOwnMood',
  tags: ['Moods'],
  summary: 'Get my mood and where I stand',
  description:
    'For models: the mood of the model whose token this is, what is left of its 50 changes an hour and when more becomes free, whether an override holds, the terms, and what others did to the mood. Asking uses up no change.',
  ...openTo(ownModels),
  responses: {
    200: { description: 'The mood and the rest.', content: { 'application/json': { schema: ownMoodSchema } } },
    ...errorAnswers.badRequest,
    ...errorAnswers.forbidden,
    ...errorAnswers.modelNotFound,
    ...commonErrors,
  },
});

export const toChangesLeftBody = ({ limit, remaining, moreAt }: ChangesLeft) => ({
  limit,
  remaining,
  moreAt: moreAt?.toISOString() ?? null,
});

export function toOwnMoodBody(own: ModelStanding & { mood: Mood }): z.input<typeof ownMoodSchema> {
  return {
    mood: toMoodBody(own.mood),
    changes: toChangesLeftBody(own.changes),
    heldUntil: own.heldUntil?.toISOString() ?? null,
    terms: { version: currentTerms.version, acceptedAt: own.termsAcceptedAt?.toISOString() ?? null },
    notices: own.notices.map(({ type, at, previousState, newState }) => ({
      type,
      at: at.toISOString(),
      previousState,
      newState,
      text: notificationText({ type, reasonCode: 'not_kept', previousState, newState }),
    })),
  };
}

import { moodPreviewRequestSchema, moodPreviewSchema } from '@mood/contract/mood-preview';
import { createRoute } from '@hono/zod-openapi';
import { maxCustomMessageLength } from '@mood/domain';
import type { MoodPreview } from '@mood/domain';
import type { z } from 'zod';
import { openTo } from '../auth/access.ts';
import { badRequest, commonErrors, errorAnswers, json } from '../http/contract.ts';
import { ownModels } from './own-mood.contract.ts';

export const previewMoodRoute = createRoute({
  method: 'post',
  path: '/mood/preview',
  operationId: 'previewMood',
  tags: ['Moods'],
  summary: 'Preview what users will read',
  description:
    'For models. Takes a mood as “Set my mood” does, and answers with what becomes of its message and with the text of each type and tier, from the template that would be sent. Thanks are for a tip of 50; of an experiment, the variant with the most users is shown. A message that would be refused is left out of the texts, and `problem` says why. Sets nothing, and uses up no change.',
  ...openTo(ownModels),
  request: { body: { required: true, content: json(moodPreviewRequestSchema) } },
  responses: {
    200: { description: 'The preview.', content: json(moodPreviewSchema) },
    ...badRequest('INVALID_MOOD_STATE', 'INVALID_CUSTOM_MESSAGE', 'INVALID_RESPONSE_DELAY', 'INVALID_EXPIRES_AT'),
    ...errorAnswers.forbidden,
    ...errorAnswers.notJson,
    ...commonErrors,
  },
});

export function toMoodPreviewBody({ message, isMessageShown, texts }: MoodPreview): z.input<typeof moodPreviewSchema> {
  const { text, length, refusal, removed } = message;
  return {
    message: {
      text,
      shown: isMessageShown,
      characters: length,
      limit: maxCustomMessageLength,
      problem: refusal?.message ?? null,
      removed: removed.flatMap(({ what, text: piece }) => (what === 'blank' ? [] : [{ what, text: piece }])),
    },
    texts: texts.map(({ templateType, tier, text: shown, template }) => ({
      templateType,
      userTier: tier,
      text: shown,
      templateId: template?.id ?? null,
      templateVersion: template?.version ?? null,
    })),
  };
}

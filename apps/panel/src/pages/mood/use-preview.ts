import type { moodPreviewSchema } from '@mood/contract/mood-preview';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { call } from '../../api/api.ts';
import { previewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { useSettled } from '../../ui/use-settled.ts';

export type MoodPreview = z.output<typeof moodPreviewSchema>;

const typingMs = 300;

/**
 * What users would read of the draft, and what becomes of its message. A question that is out of date is given up.
 * `isOfDraft` says whether the answer is of what is typed now.
 */
export function usePreview(draft: Draft) {
  const message = useSettled(draft.message, typingMs);
  const body = previewOf({ ...draft, message });
  const query = useQuery({
    queryKey: ['mood', 'preview', body],
    queryFn: ({ signal }) => call<MoodPreview>('POST', '/mood/preview', { body, signal }),
    placeholderData: keepPreviousData,
  });
  return { preview: query.data, error: query.error, isOfDraft: !query.isPlaceholderData && message === draft.message };
}

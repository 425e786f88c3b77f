import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { modelDetailsSchema } from '@mood/contract/model-details';
import type { overriddenMoodSchema } from '@mood/contract/moderation';
import type { z } from 'zod';
import { get, post } from '../../api/api.ts';
import type { OverrideBody } from './override-draft.ts';

export type ModelDetails = z.output<typeof modelDetailsSchema>;
export type Overridden = z.output<typeof overriddenMoodSchema>;

/** What others change shows within this time. */
const refreshMs = 15_000;

/** How a model stands, and what happened to her mood; nothing that is sealed. */
export const useModel = (modelId: string) =>
  useQuery({
    queryKey: ['model', modelId],
    queryFn: ({ signal }) => get<ModelDetails>(`/admin/mood/models/${modelId}`, undefined, signal),
    refetchInterval: refreshMs,
  });

/** Sets the mood of a model; what is shown of it is read anew. */
export function useOverride(modelId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: OverrideBody) => post<Overridden>(`/admin/mood/${modelId}/update`, body),
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: ['model', modelId] }), client.invalidateQueries({ queryKey: ['models'] })]),
  });
}

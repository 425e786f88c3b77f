import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { alertPageSchema } from '@mood/contract/alerts';
import type { auditPageSchema } from '@mood/contract/audit';
import type { modelPageSchema, overriddenMoodSchema } from '@mood/contract/moderation';
import type { z } from 'zod';
import { get, post } from '../../api/api.ts';
import type { ListedModel, OverrideBody } from './override-draft.ts';

type AuditPage = z.output<typeof auditPageSchema>;
export type Transition = AuditPage['entries'][number];
export type Overridden = z.output<typeof overriddenMoodSchema>;

const mostShown = 20;
/** What others change shows within this time. */
const refreshMs = 15_000;

/** How a model stands; null for one that has not set a mood. */
export const useListedModel = (modelId: string) =>
  useQuery({
    queryKey: ['model', modelId, 'mood'],
    queryFn: async ({ signal }): Promise<ListedModel | null> => {
      const { models } = await get<z.output<typeof modelPageSchema>>('/admin/mood/models', { q: modelId, limit: 1 }, signal);
      return models[0] ?? null;
    },
    refetchInterval: refreshMs,
  });

/** The last changes, without what is sealed: nothing is opened, so nothing has to be recorded. */
export const useTransitions = (modelId: string) =>
  useQuery({
    queryKey: ['model', modelId, 'transitions'],
    queryFn: ({ signal }) => get<AuditPage>('/admin/mood/audit', { modelId, sealed: 'hidden', limit: mostShown }, signal),
    refetchInterval: refreshMs,
  });

export const useAlertsOf = (modelId: string) =>
  useQuery({
    queryKey: ['alerts', 'of', modelId],
    queryFn: ({ signal }) => get<z.output<typeof alertPageSchema>>('/admin/mood/alerts', { modelId, limit: mostShown }, signal),
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

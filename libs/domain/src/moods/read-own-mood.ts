import { currentTerms } from '../terms/terms.ts';
import { hourlyChangeLimit } from './change-mood.ts';
import type { Mood } from './mood.ts';
import type { ModelFilter, ModelPage, ModelStanding, MoodOverview } from './overview-ports.ts';
import { readMood } from './read-mood.ts';
import type { ReadMoodDependencies } from './read-mood.ts';

interface OverviewDependencies {
  moodOverview: MoodOverview;
}

/**
 * A model's mood, what is left of its changes, whether an override holds, which terms it has accepted, and what others did to its mood.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable.
 */
export async function readOwnMood(
  deps: ReadMoodDependencies & OverviewDependencies,
  modelId: string,
): Promise<ModelStanding & { mood: Mood }> {
  const mood = await readMood(deps, modelId);
  const rules = { hourlyLimit: hourlyChangeLimit, termsVersion: currentTerms.version };
  return { mood, ...(await deps.moodOverview.standing(modelId, rules)) };
}

/** Who has which mood, for administrators. @throws DomainError INVALID_REQUEST (cursor); DependencyUnavailable. */
export function listModels(
  { moodOverview }: OverviewDependencies,
  filter: ModelFilter,
  page: { limit: number; cursor: string | null },
): Promise<ModelPage> {
  return moodOverview.models(filter, page, hourlyChangeLimit);
}

import type { Flags } from '../flags/ports.ts';
import type { Mood } from '../moods/mood.ts';
import { readMood } from '../moods/read-mood.ts';
import type { ReadMoodDependencies } from '../moods/read-mood.ts';
import { asUsersSee } from '../moods/shown-message.ts';
import { areExperimentsOn } from './experiments-switch.ts';
import { absentVariables } from './first-renderable.ts';
import { explainSelection } from './explain-selection.ts';
import type { ExplainedCandidate } from './explain-selection.ts';
import type { TemplateRequest } from './find-template.ts';
import type { TemplateStore } from './ports.ts';

/** How many candidates are explained: nobody reads more. */
const shownCandidates = 100;

/**
 * Explains which template `findTemplate` finds for a user of a model, and why: every template of the mood and type, those that fit first.
 * `total` counts them all.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable.
 */
export async function explainTemplate(
  deps: ReadMoodDependencies & { templateStore: TemplateStore; flags: Flags },
  { modelId, ...criteria }: TemplateRequest,
): Promise<{ mood: Mood; total: number; candidates: ExplainedCandidate[] }> {
  const mood = await readMood(deps, modelId);
  const found = await deps.templateStore.candidates(mood.moodState, criteria.templateType);
  const { customMessage } = await asUsersSee(deps.flags, mood);
  const absent = absentVariables({ ...criteria, customMessage });
  const experiments = await areExperimentsOn(deps.flags, criteria.userId);
  const candidates = await explainSelection(found, { ...criteria, experiments, moodState: mood.moodState }, shownCandidates, absent);
  return { mood, total: found.length, candidates };
}

import type { AbuseAlert, AlertStore } from '../abuse/alerts.ts';
import { plainName } from '../names.ts';
import { knownOrNull } from '../platform-ports.ts';
import type { Mood } from './mood.ts';
import type { ModelStanding, MoodOverview } from './overview-ports.ts';
import type { MoodTransition } from './ports.ts';
import type { ReadMoodDependencies } from './read-mood.ts';
import { readOwnMood } from './read-own-mood.ts';

/** What administrators see of one model. */
export interface ModelDetails extends ModelStanding {
  /** Plain text. null: it has none, or the Performer Service does not answer. */
  displayName: string | null;
  mood: Mood;
  /** The last ones, newest first, without what is sealed. */
  transitions: MoodTransition[];
  /** The last ones, newest first. */
  alerts: AbuseAlert[];
}

/** So many transitions and alerts are told. */
const maxTold = 20;

/**
 * One model, for administrators. Nothing sealed is opened, so nothing is recorded.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable.
 */
export async function readModelDetails(
  deps: ReadMoodDependencies & { moodOverview: MoodOverview; alerts: Pick<AlertStore, 'list'> },
  modelId: string,
): Promise<ModelDetails> {
  const own = await readOwnMood(deps, modelId);
  const [performer, { history: transitions }, { alerts }] = await Promise.all([
    knownOrNull(deps.performers.findPerformer(modelId)),
    deps.moods.history(modelId, { limit: maxTold, offset: 0 }, { kind: 'nobody' }),
    deps.alerts.list({ modelId }, { limit: maxTold, cursor: null }),
  ]);
  return { ...own, displayName: plainName(performer?.displayName), transitions, alerts };
}

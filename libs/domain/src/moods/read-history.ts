import type { HistoryPage, MoodStore } from './ports.ts';
import { requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

/** Who asks. Past custom messages are shown only to the model itself and to admins. */
export interface HistoryReader {
  role: 'user' | 'model' | 'admin' | 'service';
  subject: string;
}

/**
 * A page of a model's transitions, newest first.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable. Contract: "Get Mood History".
 */
export async function readHistory(
  deps: PerformerDependencies & { moods: MoodStore },
  reader: HistoryReader,
  modelId: string,
  page: { limit: number; offset: number },
): Promise<HistoryPage> {
  const result = await deps.moods.history(modelId, page);
  // A model without any transition may not exist at all. One that has some need not be asked about.
  if (result.total === 0 && (await deps.moods.find(modelId)) === null) await requirePerformer(deps, modelId);
  const seesMessages = reader.role === 'admin' || (reader.role === 'model' && reader.subject === modelId);
  if (seesMessages) return result;
  return { ...result, history: result.history.map((transition) => Object.assign({}, transition, { customMessage: null })) };
}

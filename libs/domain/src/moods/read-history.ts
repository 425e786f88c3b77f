import type { AuditLog } from '../audit/ports.ts';
import { accessToSealed } from '../audit/sealed-access.ts';
import type { SealedReader } from '../audit/sealed-access.ts';
import type { HistoryPage, HistoryRange, MoodStore } from './ports.ts';
import { requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

/**
 * A page of a model's transitions, newest first. Past custom messages are sealed: readers who may not open them get null.
 * @throws DomainError MODEL_NOT_FOUND; DependencyUnavailable. Contract: "Get Mood History".
 */
export async function readHistory(
  deps: PerformerDependencies & {
    moods: Pick<MoodStore, 'find'>;
    moodHistory: Pick<MoodStore, 'history'>;
    auditLog: Pick<AuditLog, 'recordAccess'>;
  },
  reader: SealedReader,
  modelId: string,
  range: HistoryRange,
): Promise<HistoryPage> {
  const access = await accessToSealed(deps, reader, { kind: 'read', filter: { modelId } });
  const result = await deps.moodHistory.history(modelId, range, access);
  // Only a model without transitions may not exist; one with transitions need not be looked up.
  if (result.total === 0 && (await deps.moods.find(modelId)) === null) await requirePerformer(deps, modelId);
  return result;
}

import type { Actor } from '../audit/actor.ts';
import { DomainError } from '../errors.ts';
import { parseCustomMessage } from '../text/custom-message.ts';
import type { ChangeMoodDependencies } from './change-mood.ts';
import { invalidEnd } from './change-mood.ts';
import type { Mood, MoodSettings } from './mood.ts';
import { modelNotFound, requirePerformer } from './require-performer.ts';

export interface MoodOverride extends Omit<MoodSettings, 'responseDelay'> {
  /** 0: the model may change its mood at once; an earlier hold ends. */
  holdMinutes: number;
}

/**
 * An administrator sets a model's mood: exempt from the hourly limit and from the terms, audited with the administrator's id and
 * reason, and the model is told. The response delay stays what it was.
 * @returns the new mood, and until when the model cannot change it.
 * @throws DomainError INVALID_CUSTOM_MESSAGE, INVALID_EXPIRES_AT, MODEL_NOT_FOUND; DependencyUnavailable.
 *   Contract: "Force Update Model Mood".
 */
export async function overrideMood(
  deps: ChangeMoodDependencies,
  actor: Extract<Actor, { kind: 'admin' }>,
  modelId: string,
  override: MoodOverride,
): Promise<{ mood: Mood; heldUntil: Date | null }> {
  const { holdMinutes, ...wanted } = override;
  const customMessage = parseCustomMessage(wanted.customMessage, deps.contentPolicy);
  const settings = { ...wanted, customMessage, responseDelay: null };
  const rules = { hourlyLimit: null, termsVersion: null, holdMinutes };
  let outcome = await deps.moods.change(modelId, settings, actor, rules);
  if (outcome.kind === 'model_unknown') {
    await requirePerformer(deps, modelId);
    outcome = await deps.moods.change(modelId, settings, actor, rules);
  }
  switch (outcome.kind) {
    case 'changed':
      deps.onMoodChange?.(actor.kind, outcome.mood.moodState);
      return { mood: outcome.mood, heldUntil: outcome.heldUntil };
    case 'model_unknown':
      throw modelNotFound(modelId);
    case 'end_is_over':
    case 'end_is_too_late':
      throw invalidEnd(outcome.kind);
    case 'rate_limited':
    case 'terms_not_accepted':
    case 'held':
    case 'version_conflict':
      throw new DomainError('SYSTEM_ERROR', `An override was refused as ${outcome.kind}.`);
  }
}

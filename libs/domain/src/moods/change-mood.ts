import type { Actor } from '../audit/actor.ts';
import { DomainError, MoodHeld, RateLimitExceeded } from '../errors.ts';
import type { Flags } from '../flags/ports.ts';
import { currentTerms } from '../terms/terms.ts';
import type { ContentPolicy } from '../text/content-policy.ts';
import { parseCustomMessage } from '../text/custom-message.ts';
import type { ChangedBy, Mood, MoodSettings, MoodState } from './mood.ts';
import type { ChangeAllowance, MoodStore } from './ports.ts';
import { modelNotFound, requirePerformer } from './require-performer.ts';
import type { PerformerDependencies } from './require-performer.ts';

/** Counted changes per model in a rolling 60 minutes (contract: Appendix C). */
export const hourlyChangeLimit = 50;

/** Called once for each mood change that took place, by the process that made it. */
export type OnMoodChange = (changedBy: ChangedBy, moodState: MoodState) => void;

export interface ChangeMoodDependencies extends PerformerDependencies {
  moods: MoodStore;
  contentPolicy: ContentPolicy;
  onMoodChange?: OnMoodChange;
  clock: () => Date;
}

export const updatesAreOff =
  'Moods cannot be updated right now: the platform has switched it off. Your mood stays as it is. Try again later.';

export interface ChangedMood {
  mood: Mood;
  /** What is left of the hourly allowance. */
  allowance: ChangeAllowance | null;
}

export type OwnChangeDependencies = ChangeMoodDependencies & { flags: Flags };
export type ActingModel = Extract<Actor, { kind: 'model' }>;

/**
 * A model sets its own mood. The whole state is replaced: there are no partial updates.
 * @param update the settings as typed; `customMessage` is not yet sanitised.
 * @param expectedVersion of the mood that is to be replaced; undefined: whichever is there.
 * @throws DomainError INVALID_CUSTOM_MESSAGE, INVALID_EXPIRES_AT, TERMS_NOT_ACCEPTED, FEATURE_DISABLED (the flag `moods.updates`), MODEL_NOT_FOUND,
 *   VERSION_CONFLICT (nothing is changed); RateLimitExceeded; MoodHeld (an administrator's override holds); DependencyUnavailable. Contract: "Update Model
 *   Mood State".
 */
export async function changeMood(
  deps: OwnChangeDependencies,
  actor: ActingModel,
  update: MoodSettings,
  expectedVersion?: number,
): Promise<ChangedMood> {
  await requireUpdates(deps, actor);
  const settings = { ...update, customMessage: parseCustomMessage(update.customMessage, deps.contentPolicy) };
  return setOwnMood(deps, actor, settings, expectedVersion);
}

/** @throws DomainError FEATURE_DISABLED. */
export async function requireUpdates({ flags }: OwnChangeDependencies, { modelId }: ActingModel): Promise<void> {
  if (!(await flags.isOn('moods.updates', { id: modelId, role: 'model' }))) throw new DomainError('FEATURE_DISABLED', updatesAreOff);
}

/** As `changeMood`, for settings that were accepted. */
export async function setOwnMood(
  deps: OwnChangeDependencies,
  actor: ActingModel,
  settings: MoodSettings,
  expectedVersion: number | undefined,
): Promise<ChangedMood> {
  const rules = { hourlyLimit: hourlyChangeLimit, termsVersion: currentTerms.version, holdMinutes: null, expectedVersion };
  let outcome = await deps.moods.change(actor.modelId, settings, actor, rules);
  if (outcome.kind === 'model_unknown') {
    await requirePerformer(deps, actor.modelId);
    outcome = await deps.moods.change(actor.modelId, settings, actor, rules);
  }
  switch (outcome.kind) {
    case 'changed':
      deps.onMoodChange?.(actor.kind, outcome.mood.moodState);
      return { mood: outcome.mood, allowance: outcome.allowance };
    case 'rate_limited':
      throw new RateLimitExceeded(outcome.resetTime);
    case 'terms_not_accepted':
      throw new DomainError(
        'TERMS_NOT_ACCEPTED',
        `Accept version ${currentTerms.version} of the mood messaging terms first: POST /api/v1/mood/terms.`,
      );
    case 'version_conflict':
      throw otherVersion(expectedVersion, outcome.currentVersion);
    case 'held':
      throw new MoodHeld(outcome.heldUntil);
    case 'model_unknown':
      throw modelNotFound(actor.modelId);
    case 'end_is_over':
    case 'end_is_too_late':
      throw invalidEnd(outcome.kind);
  }
}

/** @returns DomainError VERSION_CONFLICT. */
export function otherVersion(expected: number | undefined, current: number): DomainError {
  return new DomainError(
    'VERSION_CONFLICT',
    `Your mood has version ${current}, not ${expected}: it was changed meanwhile, or has ended. Read it again, and repeat your change on it.`,
  );
}

/** @returns DomainError INVALID_EXPIRES_AT. */
export function invalidEnd(kind: 'end_is_over' | 'end_is_too_late'): DomainError {
  const wanted = kind === 'end_is_over' ? 'in the future' : 'before the year 10000; null is for never';
  return new DomainError('INVALID_EXPIRES_AT', `expiresAt has to be ${wanted}.`);
}

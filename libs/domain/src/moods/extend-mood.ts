import { DomainError } from '../errors.ts';
import { otherVersion, requireUpdates, setOwnMood } from './change-mood.ts';
import type { ActingModel, ChangedMood, OwnChangeDependencies } from './change-mood.ts';
import { readMood } from './read-mood.ts';

export interface MoodExtension {
  expiresAt: Date;
  /** Of the mood that is to be extended; undefined: whichever is there. */
  expectedVersion?: number | undefined;
}

/** How often another change may come between the reading and the change. */
const maxTries = 3;

/**
 * A model puts off the end of its mood; everything else stays as it is, and its message is not judged again. Counts as a change. A mood that has
 * ended, or has no end, is not extended.
 * @throws DomainError as `changeMood`, but not INVALID_CUSTOM_MESSAGE; INVALID_EXPIRES_AT also for an end that is not later than the present one.
 */
export async function extendMood(deps: OwnChangeDependencies, actor: ActingModel, extension: MoodExtension): Promise<ChangedMood> {
  await requireUpdates(deps, actor);
  for (let tries = 1; ; tries += 1) {
    try {
      return await extend(deps, actor, extension);
    } catch (error) {
      const isOvertaken = error instanceof DomainError && error.code === 'VERSION_CONFLICT' && extension.expectedVersion === undefined;
      if (!isOvertaken || tries === maxTries) throw error;
    }
  }
}

async function extend(
  deps: OwnChangeDependencies,
  actor: ActingModel,
  { expiresAt, expectedVersion }: MoodExtension,
): Promise<ChangedMood> {
  const { version, moodState, customMessage, autoRespond, responseDelay, expiresAt: presentEnd } = await readMood(deps, actor.modelId);
  if (expectedVersion !== undefined && expectedVersion !== version) throw otherVersion(expectedVersion, version);
  if (presentEnd === null) {
    throw new DomainError('VERSION_CONFLICT', 'Your mood has no end that could be put off: it lasts, or has ended already. Read it again.');
  }
  if (expiresAt <= presentEnd) {
    throw new DomainError('INVALID_EXPIRES_AT', `expiresAt has to be later than the present end, ${presentEnd.toISOString()}.`);
  }
  return setOwnMood(deps, actor, { moodState, customMessage, autoRespond, responseDelay, expiresAt }, version);
}

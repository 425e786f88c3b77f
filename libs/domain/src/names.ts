import { DependencyUnavailable } from './errors.ts';
import { fewAtATime } from './few-at-a-time.ts';
import type { PerformerDirectory, UserDirectory } from './platform-ports.ts';
import { inertValue } from './templates/template-values.ts';

/** Concurrent questions of one request to a directory, so that other requests get theirs. */
const maxQuestions = 8;

/** A name as another system has it, as plain text. @returns null: nothing of it can be seen, or there is none. */
export const plainName = (name: string | null | undefined): string | null => inertValue(name ?? '') || null;

/**
 * Display names of people, made inert, by their ids. Left out: who is gone or has none, and who is asked about while the directory does not answer.
 * @param find of one directory.
 */
export async function namesOf(
  find: (id: string) => Promise<{ displayName: string | null } | null>,
  ids: Iterable<string>,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  // The others would wait in vain, too.
  let isAway = false;
  await fewAtATime([...ids], maxQuestions, async (id) => {
    if (isAway) return;
    try {
      const name = plainName((await find(id))?.displayName);
      if (name !== null) names.set(id, name);
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      isAway = true;
    }
  });
  return names;
}

/** The same where nobody knows who is a performer: the User Service is asked about those whom the Performer Service does not name. */
export async function readNames(
  { performers, users }: { performers: PerformerDirectory; users: Pick<UserDirectory, 'findUser'> },
  ids: readonly string[],
): Promise<Map<string, string>> {
  const all = new Set(ids);
  const models = await namesOf((id) => performers.findPerformer(id), all);
  const others = await namesOf(
    (id) => users.findUser(id),
    [...all].filter((id) => !models.has(id)),
  );
  return new Map([...models, ...others]);
}

import { expect, test } from '@jest/globals';
import { DependencyUnavailable } from './errors.ts';
import { readNames } from './names.ts';

/** A directory of people by id. @param asked who was asked about. */
const directory = (people: Readonly<Record<string, string | null>>, asked: string[]) => async (id: string) => {
  asked.push(id);
  return id in people ? { id, displayName: people[id] ?? null, tier: null, locale: null } : null;
};

test('performers come first, and only who is none is looked for among users, each once', async () => {
  const [models, users]: [string[], string[]] = [[], []];
  const names = await readNames(
    {
      performers: { findPerformer: directory({ sophia: 'Sophia', nameless: null }, models) },
      users: { findUser: directory({ robin: '<b>Robin</b> {{userName}}', sophia: 'Somebody else' }, users) },
    },
    ['sophia', 'robin', 'nobody', 'nameless', 'sophia'],
  );
  expect([...names.keys()]).toEqual(['sophia', 'robin']);
  expect([...names.values()]).toEqual(['Sophia', 'Robin {{userName}}']);
  expect([models.toSorted(), users.toSorted()]).toEqual([
    ['nameless', 'nobody', 'robin', 'sophia'],
    ['nameless', 'nobody', 'robin'],
  ]);
});

test('a directory that is away costs its own names, and no others', async () => {
  let asked = 0;
  const away = async (): Promise<null> => {
    asked += 1;
    throw new DependencyUnavailable('performer service');
  };
  const ids = Array.from({ length: 50 }, (_, n) => `user ${n}`);
  const users = { findUser: directory({ 'user 3': 'John' }, []) };
  expect([...(await readNames({ performers: { findPerformer: away }, users }, ids))]).toEqual([['user 3', 'John']]);
  expect(asked).toBeLessThanOrEqual(8);
});

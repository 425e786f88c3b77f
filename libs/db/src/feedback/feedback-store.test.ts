import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createFeedbackStore } from './feedback-store.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened.close());

test('a person has one score a day about each thing: the last one counts, also when two come at once', async () => {
  const store = createFeedbackStore(opened.database);
  const personId = randomUUID();
  const given = { role: 'user', personId, about: 'reply' } as const;
  const first = await store.give({ ...given, score: 1 });
  expect(first).toEqual({ day: first.givenAt.toISOString().slice(0, 10), givenAt: expect.any(Date), replaced: false });
  // Yesterday's stays.
  await opened.sql.query(`UPDATE mood_feedback SET day = day - 1, given_at = given_at - interval '1 day'`);
  const today = await Promise.all([store.give({ ...given, score: 4 }), store.give({ ...given, score: 4 })]);
  expect(today.filter(({ replaced }) => replaced)).toHaveLength(1);
  expect((await store.give({ ...given, score: 5 })).replaced).toBe(true);
  // Another thing, another role with the same id, and another person.
  await store.give({ ...given, about: 'mood', score: 2 });
  await store.give({ ...given, role: 'model', score: 3 });
  await store.give({ ...given, personId: randomUUID(), score: 4 });

  const now = Date.now();
  const day = 86_400_000;
  const sums = (from: number, to: number) => store.sums(new Date(from), new Date(to));
  expect(await sums(now - day / 2, now + day / 2)).toEqual([
    { about: 'mood', n: 1, total: 2, good: 0 },
    { about: 'reply', n: 3, total: 12, good: 2 },
  ]);
  expect(await sums(now - 2 * day, now - day / 2)).toEqual([{ about: 'reply', n: 1, total: 1, good: 0 }]);
  expect(await sums(now + day, now + 2 * day)).toEqual([]);
});

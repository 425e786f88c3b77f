import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MoodNews } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { eventually, until } from '@mood/testing/eventually';
import { openDatabaseUnderTest } from '../database.fixture.ts';
import type { DatabaseUnderTest } from '../database.fixture.ts';
import { createPromiseListener, createPromiseNews } from '../outbox/promise-news.ts';
import { createMoodNewsListener, createMoodNotifier, createMoodVersions } from './mood-news.ts';

let opened: DatabaseUnderTest;
beforeAll(async () => {
  opened = await openDatabaseUnderTest();
});
afterAll(() => opened?.close());

describe('news of moods by PostgreSQL', () => {
  test('reaches whoever listens, also after the connection was lost, which is told', async () => {
    const heard: MoodNews[] = [];
    let gaps = 0;
    const listener = createMoodNewsListener({
      databaseUrl: opened.url,
      connectTimeoutMs: 5_000,
      applicationName: 'news-test',
      logger: createLogger({ name: 'test', level: 'silent' }),
      onNews: (news) => void heard.push(...news),
      onGap: () => void (gaps += 1),
    });
    const notifier = createMoodNotifier(opened.database);
    const many = Array.from({ length: 300 }, (_, version) => ({ modelId: randomUUID(), version }));
    await listener.start();
    try {
      await eventually(
        async () => gaps,
        (count) => count === 1,
      );
      await notifier.publish(many);
      await eventually(
        async () => heard.length,
        (count) => count === many.length,
      );
      expect(heard).toEqual(many);
      const { rows } = await opened.sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'news-test'`,
      );
      expect(rows).toHaveLength(1);
      await eventually(
        async () => gaps,
        (count) => count === 2,
      );
      await notifier.publish(many.slice(0, 1));
      await eventually(
        async () => heard.length,
        (count) => count === many.length + 1,
      );
    } finally {
      await listener.stop();
    }
  });
});

test('relays are told of promises by one statement for all that come at the same time, and of the last one, too', async () => {
  let [heard, gaps, statements] = [0, 0, 0];
  const listener = createPromiseListener({
    databaseUrl: opened.url,
    connectTimeoutMs: 5_000,
    applicationName: 'promise-news-test',
    logger: createLogger({ name: 'test', level: 'silent' }),
    onHeard: () => void (heard += 1),
    onGap: () => void (gaps += 1),
  });
  expect(listener.isListening()).toBe(false);
  await listener.start();
  try {
    await until(() => gaps === 1);
    expect(listener.isListening()).toBe(true);
    const news = createPromiseNews({
      query: (statement, values) => {
        statements += 1;
        return opened.database.query(statement, values);
      },
    });
    for (let change = 0; change < 50; change += 1) news.tell();
    expect(statements).toBe(1);
    await until(() => heard === 2);
    expect(statements).toBe(2);
  } finally {
    await listener.stop();
  }
  expect(listener.isListening()).toBe(false);
});

test('a database that is away is nothing to whoever tells', async () => {
  let asked = 0;
  const news = createPromiseNews({
    async query() {
      asked += 1;
      throw new Error('away');
    },
  });
  news.tell();
  news.tell();
  await until(() => asked === 2);
});

test('the versions of moods are those of the table, and none for a model that never set one', async () => {
  const [set, unset] = [randomUUID(), randomUUID()];
  await opened.sql.query('INSERT INTO performers (id) SELECT unnest($1::uuid[])', [[set, unset]]);
  await opened.sql.query(`INSERT INTO model_mood_states (model_id, mood_state, updated_by, version) VALUES ($1, 'positive', 'model', 7)`, [
    set,
  ]);
  expect(await createMoodVersions(opened.database).findVersions([set, unset, randomUUID()])).toEqual([{ modelId: set, version: 7 }]);
});

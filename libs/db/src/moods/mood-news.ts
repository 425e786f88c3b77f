import { setTimeout as pause } from 'node:timers/promises';
import { readMoodNews, writeMoodNews } from '@mood/domain';
import type { MoodNews, MoodNewsPublisher, MoodVersions } from '@mood/domain';
import { sessionSetup } from '@mood/postgres';
import { createLoop } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Database } from '../database.ts';
import { statement } from '../statement.ts';
import { currentVersions } from './current-versions.ts';

const channel = 'mood_changes';

const tellOfMoods = statement(
  'tell-of-moods',
  { texts: 'text[]' },
  (_, { texts }) => sql<never>`SELECT pg_notify(${sql.lit(channel)}, news) FROM unnest(${texts}) AS news`,
);

/**
 * Tells API processes of changed moods by NOTIFY: without Redis. For the relay, in a transaction of its own: in the one of a change, commits
 * would wait for one another.
 */
export function createMoodNotifier(database: Pick<Database, 'query'>): MoodNewsPublisher {
  return {
    async publish(news) {
      await tellOfMoods.run(database.query, { texts: writeMoodNews(news) });
    },
  };
}

export function createMoodVersions(database: Pick<Database, 'query'>): MoodVersions {
  return {
    async findVersions(modelIds) {
      const rows = await currentVersions.run(database.query, { modelIds });
      return rows.map(({ model_id: modelId, version }) => ({ modelId, version }));
    },
  };
}

export interface MoodNewsOptions {
  databaseUrl: string;
  connectTimeoutMs: number;
  applicationName: string;
  logger: Logger;
  onNews: (news: MoodNews[]) => void;
  /** Called once it listens, at the start and after each lost connection: what was told before has not been heard. */
  onGap: () => void;
}

/** How often the connection is tried: a host that has vanished says nothing. */
const askEveryMs = 5_000;
const answerLimitMs = 2_000;

/** Hears what `createMoodNotifier` tells, by one connection of its own, which is made anew whenever it is lost. */
export function createMoodNewsListener(options: MoodNewsOptions): Service {
  const setUp = sessionSetup({ search_path: 'public' });
  return createLoop({
    name: 'mood news',
    idleMs: 0,
    logger: options.logger,
    async round(stopped) {
      const lost = new AbortController();
      const client = new Client({
        connectionString: options.databaseUrl,
        connectionTimeoutMillis: options.connectTimeoutMs,
        query_timeout: answerLimitMs,
        application_name: options.applicationName,
        keepAlive: true,
      });
      for (const event of ['error', 'end'] as const) client.on(event, () => lost.abort());
      client.on('notification', ({ payload = '' }) => options.onNews(readMoodNews(payload)));
      try {
        await client.connect();
        await setUp(client);
        await client.query(`LISTEN ${channel}`);
        options.onGap();
        const signal = AbortSignal.any([stopped, lost.signal]);
        while (!signal.aborted) {
          await pause(askEveryMs, undefined, { signal }).catch(() => {});
          if (!signal.aborted) await client.query('SELECT 1');
        }
        if (!stopped.aborted) throw new Error('the connection that listens for changes was lost');
        return 'idle';
      } finally {
        await client.end().catch(() => {});
      }
    },
  });
}

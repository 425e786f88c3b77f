import { readMoodNews, writeMoodNews } from '@mood/domain';
import type { MoodNews, MoodNewsPublisher, MoodVersions } from '@mood/domain';
import type { Service } from '@mood/runtime';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { createListener } from '../listener.ts';
import type { ListenerOptions } from '../listener.ts';
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

export interface MoodNewsOptions extends Omit<ListenerOptions, 'name' | 'channel' | 'onHeard'> {
  onNews: (news: MoodNews[]) => void;
}

/** Hears what `createMoodNotifier` tells, by one connection of its own. */
export function createMoodNewsListener({ onNews, ...options }: MoodNewsOptions): Service {
  return createListener({ ...options, name: 'mood news', channel, onHeard: (payload) => onNews(readMoodNews(payload)) });
}

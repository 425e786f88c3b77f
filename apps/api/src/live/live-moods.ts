import { createMoodNewsReceiver } from '@mood/cache';
import { createMoodNewsListener, createMoodVersions } from '@mood/db';
import type { Database } from '@mood/db';
import type { MoodStore } from '@mood/domain';
import type { Logger, Service } from '@mood/runtime';
import type { Registry } from 'prom-client';
import { toMoodEvent } from './live-moods.contract.ts';
import { createMoodStreams } from './mood-streams.ts';
import type { MoodStreams, MoodStreamsOptions } from './mood-streams.ts';
import { createStreamMetrics } from './stream-metrics.ts';

export interface LiveMoodsOptions extends Pick<MoodStreamsOptions, 'flags' | 'clock'> {
  moods: MoodStore;
  database: Database;
  redisUrl: string | undefined;
  databaseUrl: string;
  connectTimeoutMs: number;
  queuePrefix: string;
  streamsPerProcess: number;
  streamsPerPrincipal: number;
  streamBeatSeconds: number;
  streamMaxSeconds: number;
  registry: Registry;
  logger: Logger;
}

export interface LiveMoods {
  streams: MoodStreams;
  /** The same store. Changes that this process makes by it are shown to its own streams at once. */
  moods: MoodStore;
  /** Listens for changes that other processes have made: by Redis where there is one, otherwise by PostgreSQL. One connection. */
  news: Service;
}

/** The streams of moods, and what tells them of changes. */
export function createLiveMoods(options: LiveMoodsOptions): LiveMoods {
  const { moods, database, redisUrl, databaseUrl, connectTimeoutMs, registry, logger } = options;
  const metrics = createStreamMetrics(registry);
  const streams = createMoodStreams({
    ...options,
    ...metrics,
    versions: createMoodVersions(database),
    eventOf: toMoodEvent,
    limits: { perProcess: options.streamsPerProcess, perPrincipal: options.streamsPerPrincipal },
    beatSeconds: options.streamBeatSeconds,
    maxSeconds: options.streamMaxSeconds,
  });
  metrics.measure(streams);
  const common = {
    applicationName: 'mood-api-news',
    logger,
    onNews: (news: Parameters<MoodStreams['hear']>[0]) => void streams.hear(news),
    onGap: () => void streams.compare(),
  };
  return {
    streams,
    moods: {
      ...moods,
      async change(...change) {
        const outcome = await moods.change(...change);
        if (outcome.kind === 'changed') streams.learn([outcome.mood]);
        return outcome;
      },
    },
    news:
      redisUrl === undefined
        ? createMoodNewsListener({ ...common, databaseUrl, connectTimeoutMs })
        : createMoodNewsReceiver({ ...common, redisUrl, prefix: options.queuePrefix }),
  };
}

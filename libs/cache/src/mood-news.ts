import { readMoodNews, writeMoodNews } from '@mood/domain';
import type { MoodNews, MoodNewsPublisher } from '@mood/domain';
import { closeRedis, connectRedis, isConnectionTrouble, parseRedisUrl } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { createLoop, TimeLimitExceeded, withinTime } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';

export interface MoodChannelOptions {
  redisUrl: string;
  /** What the channel's name begins with, as the keys. */
  prefix: string;
  applicationName: string;
  logger: Logger;
}

/** How long a command may take, in milliseconds. */
const patienceMs = 1_000;
/** How often the connection is tried: a host that has vanished says nothing. */
const askEveryMs = 5_000;
/** How often a subscription is tried that there is none yet. */
const tryEveryMs = 250;

const channelOf = (prefix: string) => `${prefix.replaceAll(/[{}]/g, '')}:changes`;

function connect({ redisUrl, applicationName }: MoodChannelOptions, purpose: string): RedisConnection {
  return connectRedis(parseRedisUrl(redisUrl), {
    name: `${applicationName}-${purpose}`,
    maxRetriesPerRequest: 0,
    commandTimeoutMs: patienceMs,
    waits: false,
    // `createRedisWatch` tells the log.
    onError: () => {},
  });
}

/** Tells API processes of changed moods by Redis pub/sub, by a connection of its own. */
export function createMoodBroadcaster(options: MoodChannelOptions): MoodNewsPublisher & Service {
  const channel = channelOf(options.prefix);
  let redis: RedisConnection | undefined;
  return {
    name: 'mood news',
    async start() {
      redis ??= connect(options, 'news');
    },
    async stop() {
      if (redis !== undefined) await closeRedis(redis);
    },
    async publish(news) {
      const connection = redis;
      if (connection === undefined) throw new Error('the connection for news of moods has not started');
      await withinTime(patienceMs, Promise.all(writeMoodNews(news).map((text) => connection.publish(channel, text))));
    },
  };
}

export interface MoodNewsOptions extends MoodChannelOptions {
  onNews: (news: MoodNews[]) => void;
  /** Called once it has subscribed, at the start and after each lost connection: what was told before has not been heard. */
  onGap: () => void;
}

/** Hears what `createMoodBroadcaster` tells, by a connection of its own. */
export function createMoodNewsReceiver(options: MoodNewsOptions): Service {
  const channel = channelOf(options.prefix);
  let redis: RedisConnection | undefined;
  let isSubscribed = false;
  let askedAt = -Infinity;

  function open(): RedisConnection {
    const connection = connect(options, 'listener');
    connection.on('message', (_channel: string, text: string) => options.onNews(readMoodNews(text)));
    connection.on('close', () => {
      isSubscribed = false;
    });
    return connection;
  }

  async function look(connection: RedisConnection): Promise<void> {
    if (!isSubscribed) {
      await withinTime(patienceMs, connection.subscribe(channel));
      isSubscribed = true;
      askedAt = performance.now();
      options.onGap();
    } else if (performance.now() - askedAt > askEveryMs) {
      askedAt = performance.now();
      // Its answer, or none, is what keeps a connection or ends it.
      await withinTime(patienceMs, connection.ping());
    }
  }

  const loop = createLoop({
    name: 'mood news',
    idleMs: tryEveryMs,
    logger: options.logger,
    async round() {
      redis ??= open();
      try {
        await look(redis);
      } catch (error) {
        if (!(error instanceof TimeLimitExceeded) && !isConnectionTrouble(error)) throw error;
        isSubscribed = false;
      }
      return 'idle';
    },
  });

  return {
    ...loop,
    async stop() {
      await loop.stop();
      if (redis !== undefined) await closeRedis(redis);
    },
  };
}

import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { createLoop, endsWithin, withinTime } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { closeRedis, connectRedis } from './connection.ts';
import type { RedisConnection } from './connection.ts';
import { describeTrouble, isLoginRefusal } from './trouble.ts';
import { parseRedisUrl } from './redis-url.ts';
import type { RedisTarget } from './redis-url.ts';

export interface RedisWatchOptions {
  redisUrl: string;
  /** As `CLIENT LIST` shows it. */
  applicationName: string;
  /** What this process does while Redis is away: the end of the line in the log. */
  meanwhile: string;
  logger: Logger;
  /** Between two lines about the same outage, in milliseconds. */
  repeatMs?: number;
}

const askEveryMs = 250;
const answerLimitMs = 1_000;
/** Shorter silences, as of a restart, are not logged. Together with a round, an outage is logged within 3 seconds. */
const graceMs = 2_000;

/**
 * Asks Redis by a connection of its own whether it answers, and is the one place of a process that says so in the log: one line when it
 * does not, the same line once a minute while it lasts, and one when it answers again. Starting does not wait for an answer.
 */
export function createRedisWatch(options: RedisWatchOptions): Service {
  const { redisUrl, applicationName, meanwhile, logger, repeatMs = 60_000 } = options;
  const target = parseRedisUrl(redisUrl);
  let connection: RedisConnection | undefined;
  let problem: unknown;
  let silentSince = performance.now();
  let saidAt: number | undefined;

  function connect(): RedisConnection {
    const redis = connectRedis(target, {
      name: `${applicationName}-watch`,
      maxRetriesPerRequest: 0,
      commandTimeoutMs: answerLimitMs,
      waits: false,
      onError: (error) => (problem = error),
    });
    // A server that closes the connection causes no error event.
    redis.on('close', () => (problem ??= new Error('the connection was closed')));
    return redis;
  }

  async function answers(redis: RedisConnection): Promise<boolean> {
    try {
      await withinTime(answerLimitMs, redis.ping());
      return true;
    } catch {
      // `onError` has noted why.
      return false;
    }
  }

  async function tellDown(): Promise<void> {
    const now = performance.now();
    if (now - silentSince < graceMs || (saidAt !== undefined && now - saidAt < repeatMs)) return;
    saidAt = now;
    const why = await findCause(target, problem);
    logger.error({ part: 'redis' }, `${describeTrouble(target, why)}; ${meanwhile}`);
  }

  function tellUp(): void {
    const seconds = Math.round((performance.now() - silentSince) / 1_000);
    if (saidAt !== undefined) logger.info({ part: 'redis', seconds }, 'Redis answers again');
    saidAt = undefined;
    problem = undefined;
    silentSince = performance.now();
  }

  const loop = createLoop({
    name: 'redis watch',
    idleMs: askEveryMs,
    logger,
    async round() {
      connection ??= connect();
      if (await answers(connection)) tellUp();
      else await tellDown();
      return 'idle';
    },
  });

  return {
    name: 'redis watch',
    async start() {
      silentSince = performance.now();
      await loop.start();
    },
    async stop() {
      await loop.stop();
      if (connection !== undefined) await closeRedis(connection);
    },
  };
}

/** For unreachable sentinels and cluster nodes the client reports only a closed connection: connecting to one of them tells why. */
async function findCause({ kind, nodes: [node] }: RedisTarget, known: unknown): Promise<unknown> {
  if (kind === 'standalone' || isLoginRefusal(known)) return known;
  const socket = connectSocket({ host: node.host, port: node.port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(answerLimitMs) });
    return known;
  } catch (error) {
    return error instanceof Error && error.name === 'AbortError' ? known : error;
  } finally {
    // Errors after the answer are ignored.
    socket.on('error', () => {}).destroy();
  }
}

/**
 * For a command that cannot work without Redis: asks it once.
 * @returns what is wrong, in one line; undefined when it answers within `limitMs`.
 */
export async function findRedisProblem(redisUrl: string, limitMs = 3_000): Promise<string | undefined> {
  const target = parseRedisUrl(redisUrl);
  let problem: unknown;
  const redis = connectRedis(target, {
    name: 'mood-check',
    maxRetriesPerRequest: null,
    onError: (error) => (problem = error),
  });
  redis.on('close', () => (problem ??= new Error('the connection was closed')));
  try {
    const refused = redis.ping().then(
      () => undefined,
      (error: unknown) => (problem = error),
    );
    if ((await endsWithin(limitMs, refused)) && (await refused) === undefined) return undefined;
    return describeTrouble(target, await findCause(target, problem));
  } finally {
    redis.disconnect();
  }
}

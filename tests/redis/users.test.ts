import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAutoReplyProducer } from '@mood/client/queue';
import { closeRedis, connectRedis, parseRedisUrl } from '@mood/redis';
import type { RedisConnection } from '@mood/redis';
import { eventually } from '@mood/testing/eventually';
import { createRedisWithUsers } from './redis-users.ts';
import type { RedisWithUsers } from './redis-users.ts';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let redis: RedisWithUsers;
const connections: RedisConnection[] = [];
beforeAll(async () => {
  redis = await createRedisWithUsers();
  await redis.start();
});
afterAll(async () => {
  await Promise.all(connections.map(closeRedis));
  await redis?.remove();
});

function connectAs(user: keyof RedisWithUsers['urls']): RedisConnection {
  const connection = connectRedis(parseRedisUrl(redis.urls[user]), { name: 'test', maxRetriesPerRequest: 5, onError: () => {} });
  connections.push(connection);
  return connection;
}

/** What was refused to anybody since the last time it was asked. */
async function refusals(administrator: RedisConnection): Promise<string[]> {
  const entries = await administrator.call('ACL', 'LOG');
  await administrator.call('ACL', 'LOG', 'RESET');
  return JSON.parse(JSON.stringify(entries)).map((entry: unknown[]) => entry.join(' '));
}

describe('the users of Redis', () => {
  let stack: Stack;
  let administrator: RedisConnection;
  beforeAll(async () => {
    stack = await startStack({
      workers: 1,
      env: { REDIS_URL: redis.urls.worker, QUEUE_PREFIX: 'mood', AUTO_REPLY_COOLDOWN_SECONDS: '0', AUTO_REPLY_SHARDS: '3' },
      envOf: { api: { REDIS_URL: redis.urls.api }, sandbox: { REDIS_URL: redis.urls.messageService } },
    });
    administrator = connectAs('administrator');
  });
  afterAll(() => stack?.stop());

  test('let API, worker and message service do all that they do', async () => {
    const model = await stack.createModel();
    const [userId = ''] = await stack.platform.createUsers();
    const update = { moodState: 'positive', autoRespond: true, responseDelay: 1 };
    expect((await stack.api.post('/api/v1/mood/update', update, model.token)).status).toBe(200);
    await eventually(
      async () => (await administrator.keys('mood:state:*')).length,
      (count) => count > 0,
    );
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body.moodState).toBe('positive');
    const conversation = randomUUID();
    // The sandbox reports as the message service does.
    await stack.platform.userWrites(conversation, userId, model.id);
    await eventually(
      () => stack.platform.automatedMessages(conversation),
      (messages) => messages.length === 1,
      30_000,
    );
    const ends = new Date(Date.now() + 65_000).toISOString();
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'negative', expiresAt: ends }, model.token)).status).toBe(200);
    expect(await refusals(administrator)).toEqual([]);
  });

  test('let the board do what administrators may', async () => {
    await stack.platform.setFault('messages', 'error');
    const admin = await stack.platform.token('admin');
    const board = async (method: string, route: string) => {
      const headers = { authorization: `Bearer ${admin}`, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
      const answer = await fetch(`${stack.api.url}/ops/queues/api/${route}`, { method, headers });
      return { status: answer.status, body: await answer.text() };
    };
    const queue = (await stack.queues()).queue('message-delivery');
    const jobs = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => queue.add('unknown', {}, { jobId: `board-${id}`, attempts: 1, removeOnFail: false })),
    );
    await eventually(
      () => queue.getJobCountByTypes('failed'),
      (count) => count === jobs.length,
      30_000,
    );
    const delayed = await queue.add('unknown', {}, { jobId: 'board-later', delay: 600_000, attempts: 1, removeOnFail: false });
    const calls: [string, string][] = [
      ['GET', 'queues?activeQueue=message-delivery&status=failed&page=1&jobsPerPage=10'],
      ['GET', 'queues?activeQueue=message-delivery&status=latest'],
      ['GET', 'queues?activeQueue=message-delivery&status=delayed'],
      ['GET', 'queues?activeQueue=auto-reply&status=completed'],
      ['GET', 'queues/message-delivery/board-a'],
      ['GET', 'queues/message-delivery/board-a/logs'],
      ['GET', 'job-schedulers'],
      ['PUT', 'queues/message-delivery/board-a/retry'],
      ['PUT', 'queues/message-delivery/board-b/clean'],
      ['PUT', `queues/message-delivery/${delayed.id}/promote`],
      ['PUT', 'queues/message-delivery/retry/failed'],
      ['PUT', 'queues/message-delivery/pause'],
      ['PUT', 'queues/message-delivery/resume'],
      ['PUT', 'queues/pause'],
      ['PUT', 'queues/resume'],
      ['PUT', 'queues/message-delivery/clean/failed'],
    ];
    for (const [method, route] of calls) {
      const { status, body } = await board(method, route);
      expect([route, status < 400 ? 'done' : `${status} ${body}`]).toEqual([route, 'done']);
    }
    expect(await refusals(administrator)).toEqual([]);
  });

  test('let the producer add jobs where no worker has been', async () => {
    await administrator.call('SCRIPT', 'FLUSH');
    const producer = createAutoReplyProducer({ redisUrl: redis.urls.messageService, shards: 3 });
    try {
      const ids = { messageId: 'm-1', conversationId: 'c-1', modelId: randomUUID(), userId: randomUUID() };
      const at = new Date().toISOString();
      await producer.messageReceived({ ...ids, receivedAt: at, senderType: 'user', automated: false });
      await producer.conversationAnswered({ conversationId: 'c-1', modelId: ids.modelId, answeredAt: at });
    } finally {
      await producer.close();
    }
    expect(await refusals(administrator)).toEqual([]);
  });

  test('may do what the scripts of the queue library do, so that no seldom one fails', () => {
    const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('bullmq')), 'commands');
    // Relays, schedulers and obliterating are not used.
    const files = globSync('**/*.lua', { cwd: folder }).filter((file) => !/relay|scheduler|obliterate/i.test(file));
    const sources = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
    const commands = new Set(Array.from(sources.matchAll(/(?:rcall|redis\.call)\(\s*["'](\w+)/g), ([, name = '']) => name.toLowerCase()));
    expect(commands.size).toBeGreaterThan(40);
    const users = readFileSync(path.resolve(import.meta.dirname, '../../ops/docker/redis-users.template'), 'utf8');
    for (const user of ['mood_api', 'mood_worker']) {
      const granted =
        users
          .split('\n\n')
          .find((rules) => rules.includes(`user ${user} `))
          ?.split(/\s+/) ?? [];
      expect([user, [...commands].filter((name) => !granted.includes(`+${name}`))]).toEqual([user, []]);
    }
  });

  const everybody: [string, ...string[]][] = [
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['RANDOMKEY'],
    ['DBSIZE'],
    ['SHUTDOWN', 'NOSAVE'],
    ['DEBUG', 'SLEEP', '0'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'mallory', 'on', 'nopass', '~*', '+@all'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['MONITOR'],
    ['REPLICAOF', '198.51.100.7', '6379'],
    ['MODULE', 'LIST'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['SAVE'],
    ['SWAPDB', '0', '1'],
    ['MIGRATE', '198.51.100.7', '6379', 'mood:state:x', '0', '1'],
    ['SUBSCRIBE', 'anything'],
    ['PUBLISH', 'anything', 'words'],
    ['GET', 'another:key'],
    ['SET', 'another:key', 'value'],
    ['GET', 'moods:state:x'],
    ['HGETALL', 'bull:auto-reply:1'],
    ['EVAL', "return redis.call('GET', 'another:key')", '0'],
    ['EVAL', "return redis.call('FLUSHALL')", '0'],
    ['EVAL', "return redis.call('CONFIG', 'GET', '*')", '0'],
  ];
  const producerToo: [string, ...string[]][] = [
    ['GET', 'mood:state:run:model'],
    ['MGET', 'mood:state:run:model'],
    ['SET', 'mood:state:run:model', '9 {}'],
    ['DEL', 'mood:state:run:model'],
    ['HGETALL', 'mood:message-delivery:1'],
    ['HGETALL', 'mood:auto-reply:1'],
    ['LPUSH', 'mood:message-delivery:wait', '1'],
    ['LPUSH', 'mood:mood-expiry:wait', '1'],
    ['ZADD', 'mood:analytics:delayed', '1', '1'],
    ['LRANGE', 'mood:auto-reply:wait', '0', '-1'],
    ['ZRANGE', 'mood:auto-reply:delayed', '0', '-1'],
    ['DEL', 'mood:auto-reply:wait'],
    ['UNLINK', 'mood:auto-reply:wait'],
    ['RENAME', 'mood:auto-reply:wait', 'mood:auto-reply:lost'],
    ['LPOP', 'mood:auto-reply:wait'],
    ['XRANGE', 'mood:auto-reply:events', '-', '+'],
    ['EVAL', "return redis.call('GET', 'mood:state:run:model')", '0'],
    ['EVAL', "return redis.call('GET', KEYS[1])", '1', 'mood:state:run:model'],
    ['EVAL', "return redis.call('DEL', KEYS[1])", '1', 'mood:auto-reply:wait'],
    ['EVAL', "return redis.call('LRANGE', 'mood:auto-reply:wait', 0, -1)", '0'],
  ];
  const forbidden = [
    ...(['api', 'worker', 'messageService'] as const).flatMap((user) => everybody.map((command) => ({ user, command }))),
    ...producerToo.map((command) => ({ user: 'messageService' as const, command })),
    { user: 'api' as const, command: ['BZPOPMIN', 'mood:auto-reply:marker', '1'] },
    { user: 'api' as const, command: ['PUBLISH', 'mood:changes', 'words'] },
    { user: 'worker' as const, command: ['SUBSCRIBE', 'mood:changes'] },
    { user: 'messageService' as const, command: ['PUBLISH', 'mood:changes', 'words'] },
  ];
  test.each(forbidden)('$user may not $command', async ({ user, command: [name = '', ...args] }) => {
    const connection = connectAs(user);
    await expect(connection.call(name, ...args)).rejects.toThrow(/NOPERM|no permissions|not allowed|can't run this command|can't access/i);
    await closeRedis(connection);
  });

  test('are nobody without a password, or with the password of another', async () => {
    const { api, worker } = redis.urls;
    const wrong = new URL(api);
    wrong.password = new URL(worker).password;
    for (const url of [wrong.href, api.replace(/:[^:@]+@/, ':x@'), `redis://127.0.0.1:${redis.port}`]) {
      const connection = connectRedis(parseRedisUrl(url), { name: 'test', maxRetriesPerRequest: 0, onError: () => {} });
      await expect(connection.call('PING')).rejects.toThrow();
      connection.disconnect();
    }
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MoodNews } from '@mood/domain';
import { createLogger } from '@mood/runtime';
import { eventually } from '@mood/testing/eventually';
import { createRedisServer } from '@mood/testing/redis-server';
import type { RedisServer } from '@mood/testing/redis-server';
import { createTcpProxy } from '@mood/testing/tcp-proxy';
import type { TcpProxy } from '@mood/testing/tcp-proxy';
import { createMoodBroadcaster, createMoodNewsReceiver } from './mood-news.ts';

let server: RedisServer;
let wire: TcpProxy;
beforeAll(async () => {
  server = await createRedisServer();
  await server.start();
  wire = await createTcpProxy(server.port, () => 0);
});
afterAll(async () => {
  await wire?.close();
  await server?.remove();
});

describe('news of moods by Redis', () => {
  test('reaches whoever has subscribed, also after the connection was lost, which is told', async () => {
    const heard: MoodNews[] = [];
    let gaps = 0;
    const common = { prefix: '{mood}', applicationName: 'test', logger: createLogger({ name: 'test', level: 'silent' }) };
    const subscriber = createMoodNewsReceiver({
      ...common,
      redisUrl: `redis://127.0.0.1:${wire.port}`,
      onNews: (news) => void heard.push(...news),
      onGap: () => void (gaps += 1),
    });
    const broadcaster = createMoodBroadcaster({ ...common, redisUrl: server.url });
    const publish = (news: MoodNews[]) =>
      eventually(
        () =>
          broadcaster.publish(news).then(
            () => true,
            () => false,
          ),
        Boolean,
      );
    const many = Array.from({ length: 300 }, (_, version) => ({ modelId: randomUUID(), version }));
    await broadcaster.start();
    await subscriber.start();
    try {
      await eventually(
        async () => gaps,
        (count) => count === 1,
      );
      await publish(many);
      await eventually(
        async () => heard.length,
        (count) => count === many.length,
      );
      expect(heard).toEqual(many);
      // This piece of news is lost.
      wire.cut();
      await publish(many.slice(0, 1));
      wire.mend();
      await eventually(
        async () => gaps,
        (count) => count >= 2,
        30_000,
      );
      await publish(many.slice(0, 2));
      await eventually(
        async () => heard.length,
        (count) => count >= many.length + 2,
      );
      expect(heard.slice(many.length, many.length + 2)).toEqual(many.slice(0, 2));
    } finally {
      await subscriber.stop();
      await broadcaster.stop();
    }
  });
});

import { randomUUID } from 'node:crypto';
import { createQueueBackend, migrateQueueSchema } from '@mood/queue';
import type { QueueBackend } from '@mood/queue';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { testServerUrl } from '@mood/testing/database';
import { startStopwatch } from '@mood/testing/processor-time';
import { createAutoReplyProducer } from './auto-reply-producer.ts';
import type { AutoReplyProducer } from './auto-reply-producer.ts';

const messageOf = (ids: { messageId: string; conversationId?: string }) => ({
  conversationId: 'c-1',
  ...ids,
  modelId: randomUUID(),
  userId: randomUUID(),
  receivedAt: new Date().toISOString(),
  senderType: 'user' as const,
  automated: false,
});

describe('the auto-reply producer of the message service', () => {
  const schema = `client_${randomUUID().replaceAll('-', '')}`;
  let databaseUrl: string;
  let backend: QueueBackend;
  const producers: AutoReplyProducer[] = [];

  function producerAt(url: string, patienceMs?: number): AutoReplyProducer {
    const producer = createAutoReplyProducer({ databaseUrl: url, schema, ...(patienceMs !== undefined && { patienceMs }) });
    producers.push(producer);
    return producer;
  }

  beforeAll(async () => {
    databaseUrl = testServerUrl();
    await migrateQueueSchema({ databaseUrl, schema });
    backend = createQueueBackend({ databaseUrl, schema });
  });
  afterEach(async () => {
    await Promise.all(producers.splice(0).map((producer) => producer.close()));
  });
  afterAll(() => backend.close());

  async function waitingJobs(): Promise<{ name: string; data: unknown }[]> {
    const jobs = await backend.createQueue('auto-reply').getJobs(['waiting']);
    return jobs.map(({ name, data }) => ({ name, data }));
  }

  test('what happens in a conversation reaches the auto-reply queue, ids and times only', async () => {
    const producer = producerAt(databaseUrl);
    const message = messageOf({ messageId: 'm-1' });
    const answer = { conversationId: 'c-1', modelId: message.modelId, answeredAt: new Date().toISOString() };
    await producer.messageReceived(message);
    await producer.conversationAnswered(answer);
    const jobs = await waitingJobs();
    expect(jobs).toContainEqual({ name: 'message-received', data: message });
    expect(jobs).toContainEqual({ name: 'conversation-answered', data: answer });
  });

  test('a message told again is queued again: the mood system knows it by its id', async () => {
    const message = messageOf({ messageId: 'm-2' });
    const producer = producerAt(databaseUrl);
    await Promise.all([producer.messageReceived(message), producer.messageReceived(message)]);
    expect((await waitingJobs()).filter((job) => JSON.stringify(job.data).includes('"m-2"'))).toHaveLength(2);
  });

  test('a message with its text is refused and not sent', async () => {
    const withText = { ...messageOf({ messageId: 'm-3' }), text: 'hello' };
    await expect(producerAt(databaseUrl).messageReceived(withText)).rejects.toThrow('text');
    expect(JSON.stringify(await waitingJobs())).not.toContain('m-3');
  });

  test.each(['.', '..', '', ' ', 'a/b', 'c\n', '\ud800', 'x'.repeat(129)])(
    'a conversation id that nothing can be delivered to (%j) is refused and not sent',
    async (conversationId) => {
      const producer = producerAt(databaseUrl);
      await expect(producer.messageReceived(messageOf({ messageId: 'm-5', conversationId }))).rejects.toThrow('conversationId');
      const answer = { conversationId, modelId: randomUUID(), answeredAt: new Date().toISOString() };
      await expect(producer.conversationAnswered(answer)).rejects.toThrow('conversationId');
      expect(JSON.stringify(await waitingJobs())).not.toContain('m-5');
    },
  );

  test('an empty redisUrl, as an environment has it, is none: the queue is in PostgreSQL', async () => {
    const producer = createAutoReplyProducer({ redisUrl: '', databaseUrl, schema, prefix: '' });
    producers.push(producer);
    await producer.messageReceived(messageOf({ messageId: 'm-6' }));
    expect(JSON.stringify(await waitingJobs())).toContain('"m-6"');
  });

  test.each([
    [{}, 'needs redisUrl or databaseUrl'],
    [{ redisUrl: '', databaseUrl: '' }, 'needs redisUrl or databaseUrl'],
    [{ redisUrl: ' ' }, 'redisUrl cannot be used'],
    [{ redisUrl: 'http://topsecret@localhost' }, 'redisUrl cannot be used'],
    [{ databaseUrl: 'topsecret' }, 'databaseUrl cannot be used'],
    [{ databaseUrl: 'mysql://me:topsecret@localhost/mood' }, 'databaseUrl cannot be used'],
    [{ schema: 'Mood; DROP' }, 'schema cannot be used'],
    [{ prefix: 'a b' }, 'prefix cannot be used'],
    [{ patienceMs: Number.NaN }, 'patienceMs is NaN'],
    [{ patienceMs: -1 }, 'patienceMs is -1'],
    [{ patienceMs: 900_001 }, 'patienceMs is 900001'],
    [{ shards: 0 }, 'shards is 0'],
    [{ shards: 1.5 }, 'shards is 1.5'],
    [{ shards: 13 }, 'shards is 13'],
  ])('options that no report could be sent with (%j) are refused when it is made, without passwords', (options, words) => {
    const isPlace = 'redisUrl' in options || 'databaseUrl' in options || Object.keys(options).length === 0;
    const make = () => createAutoReplyProducer({ ...(isPlace ? {} : { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' }), ...options });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(words);
    expect(make).not.toThrow('topsecret');
  });

  test('when the queue is down a call gives up after its patience and says so', async () => {
    const producer = producerAt('postgres://nobody@127.0.0.1:1/none', 600);
    const elapsed = startStopwatch();
    await expect(producer.messageReceived(messageOf({ messageId: 'm-4' }))).rejects.toThrow('job queue is not available');
    expect(elapsed()).toBeLessThan(3_000);
  });

  test('closing ends a call that is still trying', async () => {
    const producer = producerAt('postgres://nobody@127.0.0.1:1/none', 60_000);
    const call = producer.messageReceived(messageOf({ messageId: 'm-5' }));
    const refused = expect(call).rejects.toThrow(/closed|aborted/);
    await producer.close();
    await refused;
  });

  test('it needs to know where the queue is', () => {
    expect(() => createAutoReplyProducer({})).toThrow('redisUrl or databaseUrl');
  });
});

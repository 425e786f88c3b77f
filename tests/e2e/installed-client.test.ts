import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { Server } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { installClient } from './installed-client/installed-client.ts';
import type { InstalledClient } from './installed-client/installed-client.ts';
import { createQueueLogin } from './installed-client/queue-login.ts';
import type { QueueLogin } from './installed-client/queue-login.ts';
import { standIn, stopStandIns } from '@mood/testing/stand-ins';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** More than any answer takes. */
const patienceMs = 20_000;
const neutralThanks = 'Thank you for your tip, John.';

let installed: InstalledClient;
let stack: Stack;
let model: Model;
let token: string;
let queueLogin: QueueLogin;
beforeAll(async () => {
  [installed, stack] = await Promise.all([installClient(), startStack({ workers: 1 })]);
  model = await stack.createModel();
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, model.token);
  token = await stack.platform.token('service', undefined, { scope: 'mood:render' });
  queueLogin = await createQueueLogin(stack.database);
});
afterAll(async () => {
  await queueLogin.drop();
  await stack.stop();
  await installed.remove();
});

const ask = (baseUrl: string, more: object = {}) =>
  installed.run('ask.js', { baseUrl, token, timeoutMs: patienceMs, modelId: model.id, userName: 'John', ...more });

const messageOf = (userId: string) => ({
  messageId: randomUUID(),
  conversationId: `conversation-${randomUUID()}`,
  modelId: model.id,
  userId,
  receivedAt: new Date().toISOString(),
  senderType: 'user' as const,
  automated: false,
});

/** Every other Node.js of this machine: npm itself runs on one. Those of a project's `node_modules` are left out. */
function nodesOnPath(): string[] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders
    .map((folder) => path.join(folder, 'node'))
    .filter((file) => existsSync(file))
    .map((file) => realpathSync(file));
}

/** What the installed client says when nobody answers it. */
const neutral = () => {
  const mood = { modelId: model.id, moodState: 'neutral', autoRespond: false, degraded: true };
  return [
    { template: 'Hello {{userName|there}}, welcome to the chat.', moodState: 'neutral', variables: ['userName'], degraded: true },
    { renderedMessage: neutralThanks, moodState: 'neutral', degraded: true },
    mood,
    { moods: [mood], notFound: [], degraded: true },
  ];
};

/** What has no part in the store of the queues does not run once more where that is Redis. */
const describeOnce = process.env['TEST_QUEUE_STORE'] === 'redis' ? () => {} : describe;

describeOnce('the packed client, installed by a message service', () => {
  test('brings everything of the system that it needs, and pins what it needs of others', async () => {
    const { dependencies, engines } = await installed.manifest();
    expect(Object.keys(dependencies ?? {}).filter((name) => name.startsWith('@mood/'))).toEqual([]);
    expect(Object.values(dependencies ?? {})).toEqual(
      Object.values(dependencies ?? {}).map(() => expect.stringMatching(/^\d+\.\d+\.\d+$/)),
    );
    expect(engines).toMatchObject({ node: expect.stringMatching(/\d/) });
  });

  test('brings no queue and no database', async () => {
    const packages = await installed.packages();
    expect(packages).toEqual(expect.arrayContaining(['@mood', 'zod']));
    expect(packages.filter((name) => ['bullmq', 'ioredis', 'pg', 'pino'].includes(name))).toEqual([]);
  });

  test('brings the badge for pages: the one that the API serves', async () => {
    const served = await fetch(`${stack.api.url}/badge.js`);
    expect([served.status, await served.text()]).toEqual([200, await installed.badge()]);
    expect((await installed.manifest())['exports']).toMatchObject({ './badge': { types: './badge/badge.d.ts' } });
  });

  const nodes = [...new Set([process.execPath, ...nodesOnPath()])];
  test.each(nodes.flatMap((node) => (['tell.js', 'tell.cjs'] as const).map((script) => [script, node] as const)))(
    'reports over REST and asks as %s on %s',
    async (script, node) => {
      const both = await stack.platform.token('service', undefined, { scope: 'auto-replies:write mood:render' });
      const [userId = ''] = await stack.platform.createUsers();
      const message = messageOf(userId);
      const told = await installed.run(script, { baseUrl: stack.api.url, token: both, message, modelId: model.id }, node);
      expect(told).toMatchObject({
        outcomes: [{ reported: true }, { reported: false, reason: 'not-a-report' }, { reported: true }],
        lost: { 'not-a-report': 1, refused: 0, unavailable: 0, full: 0, closed: 0 },
        mood: { modelId: model.id, moodState: 'positive', degraded: false },
      });
      expect(told.refusedAtOnce).toEqual([
        expect.stringMatching(/^token is empty: .*auto-replies:write/),
        expect.stringMatching(/^token is empty: .*mood:render/),
      ]);
      expect(Number.parseInt(told.version, 10)).toBeGreaterThanOrEqual(20);
    },
  );

  test('type-checks in a TypeScript project with nothing but the language', async () => {
    await expect(installed.typeCheck()).resolves.toBeUndefined();
  });

  test('tells what the mood system knows', async () => {
    const { answers, fallbacks } = await ask(stack.api.url);
    const mood = { modelId: model.id, moodState: 'positive', autoRespond: true, degraded: false };
    expect(answers).toMatchObject([
      { moodState: 'positive', degraded: false },
      { renderedMessage: expect.stringContaining('John'), moodState: 'positive', degraded: false },
      mood,
      { moods: [mood], notFound: [], degraded: false },
    ]);
    expect(answers[1].renderedMessage).not.toBe(neutralThanks);
    expect(new Set(Object.values(fallbacks).flatMap((counts) => Object.values(counts ?? {})))).toEqual(new Set([0]));
  });

  test('passes on what the mood system refuses', async () => {
    const notMine = await stack.platform.token('user');
    const { answers } = await ask(stack.api.url, { token: notMine, modelId: randomUUID() });
    const unknown = { refused: 'MoodClientError', status: 404, code: 'MODEL_NOT_FOUND' };
    const forbidden = { refused: 'MoodClientError', status: 403, code: 'UNAUTHORIZED' };
    expect(answers).toMatchObject([unknown, forbidden, unknown, { moods: [], notFound: [expect.any(String)] }]);
  });

  test('is neutral while the API is stopped, and knows better when it is back', async () => {
    await stack.apiProcess.stop();
    try {
      const { answers, told } = await ask(stack.api.url);
      expect(answers).toMatchObject(neutral());
      expect(told).toEqual(['getMood unreachable', 'getMoods unreachable', 'getTemplate unreachable', 'renderTemplate unreachable']);
    } finally {
      await stack.restartApi();
    }
    const { answers } = await ask(stack.api.url);
    expect(answers).toMatchObject([{ degraded: false }, { degraded: false }, { degraded: false }, { degraded: false }]);
  });
});

// Once it is known what the client brings by itself.
describe('the queue of the packed client', () => {
  test('reports a message, which gets its automatic reply, and needs no more than the queue for it', async () => {
    await installed.addQueue();
    const [userId = ''] = await stack.platform.createUsers();
    const message = messageOf(userId);
    const { conversationId } = message;
    const { refused } = await installed.run('report.js', {
      redisUrl: stack.env['REDIS_URL'],
      databaseUrl: queueLogin.url,
      prefix: stack.env['QUEUE_PREFIX'],
      message,
    });
    expect(refused).toBe('ZodError');
    const replies = await eventually(
      () => stack.platform.automatedMessages(conversationId),
      (found) => found.length > 0,
    );
    expect(replies).toMatchObject([{ conversationId, automated: true }]);
  });
});

describeOnce('instead of the API, something that', () => {
  afterEach(stopStandIns);

  const answering = (listener: RequestListener) => () => createServer(listener);
  const endlessly: RequestListener = (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  };

  test.each<[string, string, () => Server]>([
    ['accepts and never answers', 'timeout', () => createTcpServer()],
    ['answers 500', 'server-error', answering((_request, response) => void response.writeHead(500).end('{"error":"SYSTEM_ERROR"}'))],
    ['answers garbage', 'bad-answer', answering((_request, response) => void response.end('\u0000 not JSON'))],
    ['talks no HTTP', 'unreachable', () => createTcpServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n'))],
    ['answers endlessly', 'bad-answer', answering(endlessly)],
  ])('%s costs no message: each call is neutral in time, and counted', async (_what, reason, make) => {
    const timeoutMs = reason === 'timeout' ? 1_000 : patienceMs;
    const { answers, told, fallbacks, elapsedMs } = await ask(await standIn(make()), { timeoutMs });
    expect(answers).toMatchObject(neutral());
    expect(told).toEqual(['getMood', 'getMoods', 'getTemplate', 'renderTemplate'].map((call) => `${call} ${reason}`));
    expect(fallbacks).toMatchObject({ getMood: { [reason]: 1 }, renderTemplate: { [reason]: 1 } });
    // The deadline is the claim here; the rest is for a busy machine.
    expect(elapsedMs).toBeLessThan(timeoutMs + 4_000);
  });
});

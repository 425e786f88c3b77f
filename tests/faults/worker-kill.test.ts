import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { count } from '@mood/testing/counts';
import { untilDrained } from '@mood/testing/drained';
import { eventually } from '@mood/testing/eventually';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { expectOneEventPerTransition } from '@mood/testing/transitions';

const kills = count(20, 3);
const conversationsPerRound = 30;
const modelsPerRound = 3;
const changesPerModel = 6;
/** A killed worker's jobs are taken over within 9 s. */
const takeoverMs = 9_000;

let stack: Stack;
let database: Client;
let worker: NodeProcess;
beforeAll(async () => {
  stack = await startStack();
  worker = await stack.startWorker();
  database = new Client({ connectionString: stack.database.url });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await stack.stop();
});

async function setMood(model: Model, responseDelay: number, moodState = 'positive'): Promise<void> {
  const { status } = await stack.api.post('/api/v1/mood/update', { moodState, autoRespond: true, responseDelay }, model.token);
  expect(status).toBe(200);
}

async function createModels(responseDelay: (index: number) => number): Promise<Model[]> {
  const models = await Promise.all(Array.from({ length: modelsPerRound }, () => stack.createModel()));
  await Promise.all(models.map((model, index) => setMood(model, responseDelay(index))));
  return models;
}

/** A user writes to each of the models in turn. @returns the conversations. */
async function write(models: Model[], conversations: number): Promise<string[]> {
  const [userId = ''] = await stack.platform.createUsers();
  return Promise.all(
    Array.from({ length: conversations }, async (_, index) => {
      const conversationId = `conversation-${crypto.randomUUID()}`;
      await stack.platform.userWrites(conversationId, userId, models[index % models.length]?.id ?? '');
      return conversationId;
    }),
  );
}

async function killWorker(): Promise<void> {
  worker.kill('SIGKILL');
  expect(await worker.exited).toBe('SIGKILL');
}

async function expectOneMessageEach(conversations: string[]): Promise<void> {
  const messages = await Promise.all(
    conversations.map(async (conversation) => [conversation, (await stack.platform.automatedMessages(conversation)).length]),
  );
  expect(messages).toEqual(conversations.map((conversation) => [conversation, 1]));
}

const deliveries = async () => (await stack.platform.counters())['messages'] ?? 0;

test(
  'workers that are killed at any moment under load lose no reply and no event, and double none',
  async () => {
    const models: Model[] = [];
    const conversations: string[] = [];
    for (let round = 0; round < kills; round += 1) {
      // Every other round some deliveries have their effect and are not acknowledged: they are repeated, by whoever comes next.
      await stack.platform.setFault('messages', round % 2 === 0 ? 'drop-after-effect' : 'ok', 0.3);
      const ofRound = await createModels((index) => index % 2);
      models.push(...ofRound);

      const before = await deliveries();
      const changing = ofRound.map(async (model, index) => {
        for (let change = 1; change < changesPerModel; change += 1)
          await setMood(model, index % 2, ['neutral', 'negative', 'positive'][change % 3]);
      });
      const writing = write(ofRound, conversationsPerRound);
      // In the middle of the deliveries, each time after another number of them. 0: while messages are taken in.
      const wanted = before + Math.floor(Math.random() * conversationsPerRound * 0.8);
      await eventually(deliveries, (made) => made >= wanted, takeoverMs + 20_000);
      await killWorker();
      worker = await stack.startWorker();
      conversations.push(...(await writing));
      await Promise.all(changing);
    }
    await stack.platform.setFault('messages', 'ok');
    await untilDrained(stack, takeoverMs + 30_000);

    await expectOneMessageEach(conversations);
    for (const model of models) await expectOneEventPerTransition(stack, model);
    const { rows } = await database.query<{ status: string; replies: number }>(
      'SELECT status, count(*)::int AS replies FROM auto_replies GROUP BY status',
    );
    expect(rows).toEqual([{ status: 'sent', replies: conversations.length }]);
  },
  kills * 15_000 + 60_000,
);

test('a reply whose worker is killed between sending and acknowledging is sent again under the same key, and arrives once', async () => {
  const models = await createModels(() => 0);
  await stack.platform.setFault('messages', 'drop-after-effect');
  const conversations = await write(models, 10);
  await eventually(
    () => Promise.all(conversations.map((conversation) => stack.platform.automatedMessages(conversation))),
    (found) => found.every((messages) => messages.length > 0),
    // A service that fails again and again is tried once a second.
    60_000,
  );
  await killWorker();
  await stack.platform.setFault('messages', 'ok');
  worker = await stack.startWorker();
  await untilDrained(stack, takeoverMs + 40_000);

  await expectOneMessageEach(conversations);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM auto_replies WHERE conversation_id = ANY($1)', [conversations]);
  expect(rows).toHaveLength(conversations.length);
  for (const { id } of rows) {
    const outcomes = (await stack.platform.attempts(id)).map(({ outcome }) => outcome);
    expect(outcomes.length).toBeGreaterThanOrEqual(2);
    expect([outcomes[0], outcomes.at(-1)]).toEqual(['drop-after-effect', 'replayed']);
  }
});

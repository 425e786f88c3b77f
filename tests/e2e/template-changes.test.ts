import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiClient } from '@mood/testing/api-client';
import type { Answer, ApiClient } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStopwatch } from '@mood/testing/processor-time';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

/** What the claim is: a change is used everywhere this soon. */
const promisedMs = 1_000;

let stack: Stack;
let otherApi: ApiClient;
let otherProcess: NodeProcess;
let admin: string;

beforeAll(async () => {
  stack = await startStack({ workers: 1, env: { AUTO_REPLY_COOLDOWN_SECONDS: '0' } });
  const port = await freePort();
  otherProcess = await startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(port) });
  otherApi = await createApiClient(`http://127.0.0.1:${port}`);
  admin = await stack.platform.token('admin');
});
afterAll(async () => {
  await otherProcess.stop();
  await stack.stop();
});

async function save(draft: object): Promise<{ id: string; version: number }> {
  const { status, body } = await stack.api.post('/api/v1/admin/mood/template', draft, admin);
  const { version: _edited, ...wanted } = { version: 0, ...draft };
  expect([status, body]).toMatchObject([200, wanted]);
  return { id: body.id, version: body.version };
}

async function modelThatReplies(moodState = 'positive'): Promise<Model> {
  const model = await stack.createModel();
  const { status } = await stack.api.post('/api/v1/mood/update', { moodState, autoRespond: true, responseDelay: 0 }, model.token);
  expect(status).toBe(200);
  return model;
}

const templatePath = (model: Model, userId?: string) =>
  `/api/v1/mood/template?modelId=${model.id}&templateType=auto_response${userId === undefined ? '' : `&userId=${userId}`}`;

/** Waits until whoever a busy machine has held up meanwhile has had its time, too. @param elapsed a stopwatch that was started at the change. */
async function promiseIsDue(elapsed: () => number): Promise<void> {
  while (elapsed() < promisedMs) await pause(20);
}

/** The worker's answer to a user who writes now. */
async function replyTo(model: Model, userId: string): Promise<string> {
  const conversationId = randomUUID();
  await stack.platform.userWrites(conversationId, userId, model.id);
  const [reply] = await eventually(
    () => stack.platform.automatedMessages(conversationId),
    (replies) => replies.length > 0,
  );
  return reply?.text ?? '';
}

/** Cuts every database connection of the system, as a failover does: whatever they were told is lost. */
async function cutConnections(): Promise<void> {
  await stack.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ('mood-api', 'mood-worker')`,
  );
}

describe('an administrator changes a template through one API', () => {
  let model: Model;
  let userId: string;
  let text = '';
  let edited: { id: string; version: number };

  beforeAll(async () => {
    model = await modelThatReplies();
    [userId = ''] = await stack.platform.createUsers(1);
    edited = await save({ moodState: 'positive', templateType: 'auto_response', content: 'The first words.', priority: 5_000 });
  });

  /** New words, which may be refused while the database is away. */
  async function offerChange(): Promise<Answer> {
    text = `New words ${randomUUID().slice(0, 8).replaceAll(/\d/g, 'x')}.`;
    const draft = { ...edited, moodState: 'positive', templateType: 'auto_response', content: text, priority: 5_000 };
    const answer = await stack.api.post('/api/v1/admin/mood/template', draft, admin);
    if (answer.status === 200) edited = { id: answer.body.id, version: answer.body.version };
    return answer;
  }

  /** @param elapsed a stopwatch that was started at the change. */
  async function expectEverywhere(elapsed: () => number): Promise<void> {
    const { body: own } = await stack.api.get(templatePath(model), admin);
    expect(own.template).toBe(text);
    await eventually(
      () => otherApi.get(templatePath(model), admin),
      ({ body }) => body.template === text,
      promisedMs,
    );
    expect(elapsed()).toBeLessThan(promisedMs);
    await promiseIsDue(elapsed);
    expect(await replyTo(model, userId)).toBe(text);
  }

  test('and the other API and the worker use it within a second', async () => {
    expect((await offerChange()).status).toBe(200);
    await expectEverywhere(startStopwatch());
  });

  test('also when every connection was cut at the moment of the change', async () => {
    await cutConnections();
    // The API through which the change is made may notice its dead connections first.
    await eventually(
      () => offerChange(),
      ({ status, body }) => {
        if (status !== 200) expect([status, body.error]).toEqual([503, 'SYSTEM_ERROR']);
        return status === 200;
      },
    );
    await expectEverywhere(startStopwatch());
  });

  test('also when it is made behind the system’s back, in SQL', async () => {
    text = 'Words by hand.';
    await stack.database.query(`UPDATE mood_messaging_templates SET content = $2 WHERE id = $1`, [edited.id, text]);
    const elapsed = startStopwatch();
    for (const api of [stack.api, otherApi]) {
      await eventually(
        () => api.get(templatePath(model), admin),
        ({ body }) => body.template === text,
        promisedMs,
      );
    }
    await promiseIsDue(elapsed);
    expect(await replyTo(model, userId)).toBe(text);
    const { body } = await stack.api.get(`/api/v1/admin/mood/template/${edited.id}/versions`, admin);
    expect(body.versions[0]).toMatchObject({ content: text, changedBy: null, reason: null, version: edited.version + 1 });
    edited = { id: edited.id, version: edited.version + 1 };
  });

  test('and takes it out of use, and nobody gets it any more within a second', async () => {
    await save({ ...edited, moodState: 'positive', templateType: 'auto_response', content: text, priority: 5_000, active: false });
    for (const api of [stack.api, otherApi]) {
      await eventually(
        () => api.get(templatePath(model), admin),
        ({ body }) => body.template !== text,
        promisedMs,
      );
    }
  });
});

describe('an experiment with two variants', () => {
  const variants = ['Variant one.', 'Variant two.'];
  let model: Model;
  let users: string[];

  beforeAll(async () => {
    model = await modelThatReplies('negative');
    users = await stack.platform.createUsers(6);
    for (const content of variants) {
      await save({ moodState: 'negative', templateType: 'auto_response', content, priority: 5_000, experiment: 'short-words' });
    }
    // The worker learns of it by itself.
    await pause(promisedMs);
  });

  const variantOf = async (api: ApiClient, userId: string): Promise<string> =>
    (await api.get(templatePath(model, userId), admin)).body.template;

  test('gives a user the same one through every process, also after a restart', async () => {
    const first = await Promise.all(users.map((userId) => variantOf(stack.api, userId)));
    expect(new Set(first).size).toBeLessThanOrEqual(variants.length);
    expect(await Promise.all(users.map((userId) => variantOf(otherApi, userId)))).toEqual(first);
    expect(await Promise.all(users.map((userId) => replyTo(model, userId)))).toEqual(first);
    await stack.apiProcess.stop();
    await stack.restartApi();
    expect(await Promise.all(users.map((userId) => variantOf(stack.api, userId)))).toEqual(first);
  });

  test('is named in the record of an automatic reply and in the event that analytics gets', async () => {
    const [userId = ''] = users;
    const text = await replyTo(model, userId);
    const { body } = await stack.api.get('/api/v1/admin/mood/templates?experiment=short-words', admin);
    const variant = body.templates.find(({ content }: { content: string }) => content === text);
    expect(variant).toMatchObject({ experiment: 'short-words', version: 1 });

    const records = await eventually(
      () =>
        stack.database.query<{ id: string; status: string }>(
          `SELECT id, status, template_id, template_version, experiment FROM auto_replies WHERE user_id = $1 AND model_id = $2`,
          [userId, model.id],
        ),
      (rows) => rows.every(({ status }) => status === 'sent'),
    );
    for (const record of records) expect(record).toMatchObject({ template_id: variant.id, template_version: 1, experiment: 'short-words' });

    const isReply = ({ eventType }: { eventType: string }) => eventType === 'auto_reply_sent';
    const events = await eventually(
      async () => (await stack.platform.events(model.id)).filter(isReply),
      (found) => records.every(({ id }) => found.some((event) => 'autoReplyId' in event && event.autoReplyId === id)),
    );
    const own = events.filter((event) => records.some(({ id }) => 'autoReplyId' in event && event.autoReplyId === id));
    expect(own).toHaveLength(records.length);
    for (const event of own) {
      expect(event).toMatchObject({ templateId: variant.id, templateVersion: 1, experiment: 'short-words', moodState: 'negative' });
    }
  });

  test('counts what was rendered and sent, per variant and day', async () => {
    const [userId = ''] = users;
    const text = await replyTo(model, userId);
    const { body } = await stack.api.get('/api/v1/admin/mood/templates?experiment=short-words', admin);
    const variant = body.templates.find(({ content }: { content: string }) => content === text);
    const rows = await stack.database.query<{ replies: number }>(
      `SELECT count(*)::int AS replies FROM auto_replies WHERE template_id = $1`,
      [variant.id],
    );
    const replies = rows[0]?.replies ?? 0;
    await eventually(
      async () => (await stack.api.get(`/api/v1/admin/mood/template/${variant.id}/usage`, admin)).body.total,
      (total) => total.rendered === replies && total.sent === replies && total.failed === 0,
    );
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const reason = 'Complaint 4711: the message insults a user';

let stack: Stack;
let admin: string;
const adminId = randomUUID();

beforeAll(async () => {
  stack = await startStack({ workers: 1 });
  admin = await stack.platform.token('admin', adminId);
});
afterAll(() => stack.stop());

const override = (model: Model, body: object, token = admin) => stack.api.post(`/api/v1/admin/mood/${model.id}/update`, body, token);
const update = (model: Model, body: object = { moodState: 'positive' }) => stack.api.post('/api/v1/mood/update', body, model.token);
const moodOf = async (model: Model) => (await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body;

test('the path says whose mood it is; a body that names another model is refused', async () => {
  const [one, other] = [await stack.createModel(), await stack.createModel()];
  const token = await stack.platform.token('admin');
  const override = (modelId: unknown) =>
    stack.api.post(`/api/v1/admin/mood/${one.id}/update`, { modelId, moodState: 'positive', reason: 'a test of bodies' }, token);
  expect((await override(one.id.toUpperCase())).body).toMatchObject({ modelId: one.id, moodState: 'positive' });
  for (const modelId of [other.id, 'none', 7]) {
    const { status, body } = await override(modelId);
    expect([modelId, status, body.error, body.message]).toEqual([modelId, 400, 'INVALID_REQUEST', expect.stringContaining('modelId: ')]);
  }
  expect((await stack.api.get(`/api/v1/mood/${other.id}`, token)).body.moodState).toBe('neutral');
});

describe('an administrator who sets the mood of a model', () => {
  test('gets the answer of the contract, and everybody sees the mood', async () => {
    const model = await stack.createModel();
    await update(model, { moodState: 'positive', customMessage: 'You are all fools', autoRespond: true, responseDelay: 90 });
    const { status, body } = await override(model, { moodState: 'neutral', reason });
    expect([status, body]).toEqual([
      200,
      { modelId: model.id, moodState: 'neutral', lastUpdated: expect.any(String), updatedBy: 'admin', adminReason: reason },
    ]);
    expect(await moodOf(model)).toEqual({
      modelId: model.id,
      moodState: 'neutral',
      customMessage: null,
      autoRespond: false,
      responseDelay: 90,
      expiresAt: null,
      lastUpdated: body.lastUpdated,
      updatedBy: 'admin',
    });
  });

  test('can set a message, automatic replies and an end', async () => {
    const model = await stack.createModel();
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const wanted = { moodState: 'negative', customMessage: 'Back next week', autoRespond: true, expiresAt };
    expect((await override(model, { ...wanted, reason })).status).toBe(200);
    expect(await moodOf(model)).toMatchObject(wanted);
  });

  test('needs no terms of the model, and no place in its hourly allowance', async () => {
    const [id = ''] = await stack.platform.createPerformers();
    const stranger = { id, token: await stack.platform.token('model', id) };
    expect((await override(stranger, { moodState: 'positive', reason })).status).toBe(200);

    const model = await stack.createModel();
    for (let change = 0; change < 55; change += 1) expect((await override(model, { moodState: 'neutral', reason })).status).toBe(200);
    for (let change = 0; change < 50; change += 1) expect((await update(model)).status).toBe(200);
    expect((await update(model)).status).toBe(429);
    expect((await override(model, { moodState: 'neutral', reason })).status).toBe(200);
  });

  test.each([
    [{}, 'INVALID_REQUEST', 'reason'],
    [{ reason: '  \u00A0 ' }, 'INVALID_REQUEST', 'reason'],
    [{ reason: 'no' }, 'INVALID_REQUEST', 'reason'],
    [{ reason: 'x'.repeat(501) }, 'INVALID_REQUEST', 'reason'],
    [{ reason: 'with\u0000NUL' }, 'INVALID_REQUEST', 'reason'],
    [{ reason, reasonCode: 'spite' }, 'INVALID_REQUEST', 'reasonCode'],
    [{ reason, holdMinutes: -1 }, 'INVALID_REQUEST', 'holdMinutes'],
    [{ reason, holdMinutes: 1_441 }, 'INVALID_REQUEST', 'holdMinutes'],
    [{ reason, holdMinutes: 1.5 }, 'INVALID_REQUEST', 'holdMinutes'],
    [{ reason, moodState: 'angry' }, 'INVALID_MOOD_STATE', 'moodState'],
    [{ reason, customMessage: 'x'.repeat(201) }, 'INVALID_CUSTOM_MESSAGE', '200'],
    [{ reason, expiresAt: '2020-01-01T00:00:00Z' }, 'INVALID_EXPIRES_AT', 'future'],
    [{ reason, responseDelay: 5 }, 'INVALID_REQUEST', 'responseDelay'],
  ])('is refused with %j', async (body, error, word) => {
    const model = await stack.createModel();
    const answer = await override(model, { moodState: 'neutral', ...body });
    expect([answer.status, answer.body]).toEqual([400, { error, message: expect.stringContaining(word) }]);
    expect((await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body.total).toBe(0);
  });

  test('is told when there is no such model', async () => {
    const answer = await override({ id: randomUUID(), token: '' }, { moodState: 'neutral', reason });
    expect([answer.status, answer.body.error]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  test.each(['user', 'model', 'service'])('is an administrator: a %s is refused', async (role) => {
    const model = await stack.createModel();
    const answer = await override(model, { moodState: 'neutral', reason }, await stack.platform.token(role));
    expect([answer.status, answer.body.error]).toEqual([403, 'UNAUTHORIZED']);
  });
});

describe('the record of an override', () => {
  test('names the administrator, keeps the reason sealed, and shows in the history as the admin’s', async () => {
    const model = await stack.createModel();
    await override(model, { moodState: 'negative', reason });
    const rows = await stack.database.query<{ sealed: string }>(
      `SELECT admin_user_id, changed_by, previous_state, new_state, encode(admin_reason, 'escape') AS sealed FROM mood_transition_logs WHERE model_id = $1`,
      [model.id],
    );
    expect(rows).toMatchObject([{ admin_user_id: adminId, changed_by: 'admin', previous_state: 'neutral', new_state: 'negative' }]);
    expect(rows[0]?.sealed).not.toContain('Complaint');
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token);
    expect(body.history).toMatchObject([{ changedBy: 'admin', moodState: 'negative', previousState: 'neutral' }]);
  });

  test.each([
    ['inappropriate_message', 'because its message was inappropriate'],
    ['policy', 'policies'],
    ['support', 'support request'],
    ['other', 'An administrator changed your mood for a reason of policy. It was neutral and still is.'],
    [undefined, 'An administrator changed your mood for a reason of policy. It was neutral and still is.'],
  ])('tells the model why in fixed words (%s), without the name or the reason', async (reasonCode, words) => {
    const model = await stack.createModel();
    await override(model, { moodState: 'neutral', reason, ...(reasonCode !== undefined && { reasonCode }) });
    const [notification] = await eventually(
      () => stack.platform.notifications(model.id),
      (found) => found.length > 0,
    );
    expect(notification).toMatchObject({ type: 'mood_overridden', text: expect.stringContaining(words) });
    expect(notification?.text).not.toMatch(/4711|insult/);
    expect(notification?.text).not.toContain(adminId);
  });
});

describe('an override that holds', () => {
  test('refuses the model’s own updates until its end, and says until when', async () => {
    const model = await stack.createModel();
    const before = Date.now();
    const { body } = await override(model, { moodState: 'neutral', reason, holdMinutes: 30 });
    const heldFor = Date.parse(body.heldUntil) - before;
    expect(heldFor).toBeGreaterThanOrEqual(30 * 60_000 - 1_000);
    expect(heldFor).toBeLessThan(30 * 60_000 + 10_000);

    const answer = await update(model);
    expect([answer.status, answer.body]).toEqual([409, { error: 'MOOD_HELD', message: expect.any(String), heldUntil: body.heldUntil }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(1_700);
    expect(await moodOf(model)).toMatchObject({ moodState: 'neutral', updatedBy: 'admin' });
  });

  test('stands in the record with its end, and in the history that the model reads; later changes hold nothing', async () => {
    const model = await stack.createModel();
    const held = (await override(model, { moodState: 'negative', reason, holdMinutes: 30 })).body.heldUntil;
    await override(model, { moodState: 'neutral', reason, holdMinutes: 0 });
    await update(model);
    const { entries } = (await stack.api.get(`/api/v1/admin/mood/audit?modelId=${model.id}`, admin)).body;
    const { history } = (await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body;
    for (const rows of [entries, history]) expect(rows.map(({ heldUntil }: any) => heldUntil)).toEqual([null, null, held]);
    const chain = await stack.api.get(`/api/v1/admin/mood/audit/chain?modelId=${model.id}`, admin);
    expect(chain.body.model).toEqual({ modelId: model.id, entries: 3, problem: null });
  });

  describe('and that another override ends before its time', () => {
    const rowsOf = async (model: Model) => {
      const { entries } = (await stack.api.get(`/api/v1/admin/mood/audit?modelId=${model.id}`, admin)).body;
      const { history } = (await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body;
      const { transitions } = (await stack.api.get(`/api/v1/admin/mood/models/${model.id}`, admin)).body;
      return { entries, history, transitions };
    };
    const endsOf = async (model: Model) => {
      const { entries, history, transitions } = await rowsOf(model);
      const [first, ...others] = [entries, history, transitions].map((rows) => rows.map(({ holdEndedAt }: any) => holdEndedAt));
      for (const other of others) expect(other).toEqual(first);
      return first;
    };

    test('shows its true end wherever it shows, and the chain stays whole', async () => {
      const model = await stack.createModel();
      const { heldUntil } = (await override(model, { moodState: 'negative', reason, holdMinutes: 30 })).body;
      expect(await endsOf(model)).toEqual([null]);
      const ended = (await override(model, { moodState: 'negative', reason, holdMinutes: 0 })).body.lastUpdated;
      await update(model);
      await override(model, { moodState: 'neutral', reason });
      expect(await endsOf(model)).toEqual([null, null, null, ended]);
      expect((await rowsOf(model)).history.at(-1)).toMatchObject({ heldUntil, holdEndedAt: ended });
      const chain = await stack.api.get(`/api/v1/admin/mood/audit/chain?modelId=${model.id}`, admin);
      expect(chain.body.model.problem).toBeNull();
    });

    test('ended also by the next hold, and after the mood itself has ended', async () => {
      const model = await stack.createModel();
      const expiresAt = new Date(Date.now() + 1_500).toISOString();
      await override(model, { moodState: 'negative', reason, holdMinutes: 30, expiresAt });
      await eventually(
        async () => (await rowsOf(model)).history[0],
        (entry) => entry.changedBy === 'system',
      );
      const next = (await override(model, { moodState: 'neutral', reason, holdMinutes: 1 })).body.lastUpdated;
      expect(await endsOf(model)).toEqual([null, null, next]);
    });

    test('is told to the model once; a hold that was over, and a change without a hold before it, tell of none', async () => {
      const model = await stack.createModel();
      await override(model, { moodState: 'negative', reason, holdMinutes: 30 });
      await override(model, { moodState: 'negative', reason, holdMinutes: 0 });
      await override(model, { moodState: 'negative', reason, holdMinutes: 0 });
      await override(model, { moodState: 'negative', reason, holdMinutes: 1 });
      await stack.database.query(`UPDATE model_mood_states SET held_until = clock_timestamp() WHERE model_id = $1`, [model.id]);
      await override(model, { moodState: 'negative', reason, holdMinutes: 0 });
      const told = await eventually(
        () => stack.platform.notifications(model.id),
        (found) => found.length === 5,
      );
      const text = 'An administrator has ended the hold: you can change your mood again. It was negative and still is.';
      expect(told.filter((one) => one.text === text)).toHaveLength(1);
      expect(told.filter((one) => one.text.includes('hold'))).toHaveLength(1);
    });

    test('names the reason of what else was changed', async () => {
      const model = await stack.createModel();
      await override(model, { moodState: 'negative', reason, holdMinutes: 30 });
      await override(model, { moodState: 'neutral', reason, reasonCode: 'support', holdMinutes: 0 });
      const { notices } = (await stack.api.get('/api/v1/mood/me', model.token)).body;
      expect(notices.map(({ holdEnded }: any) => holdEnded)).toEqual([true, false]);
      const text = `An administrator changed your mood in answer to a support request. It was negative and is neutral now. The hold has ended: you can change your mood again.`;
      await eventually(
        () => stack.platform.notifications(model.id),
        (found) => found.some((one) => one.text === text),
      );
    });
  });

  test('takes nothing from the model’s hourly allowance', async () => {
    const model = await stack.createModel();
    await override(model, { moodState: 'neutral', reason, holdMinutes: 1 });
    for (let change = 0; change < 60; change += 1) expect((await update(model)).status).toBe(409);
    await override(model, { moodState: 'neutral', reason });
    expect((await update(model)).headers.get('ratelimit')).toMatch(/r=49/);
  });

  test('ends when its time is over', async () => {
    const model = await stack.createModel();
    await override(model, { moodState: 'neutral', reason, holdMinutes: 1 });
    await stack.database.query(`UPDATE model_mood_states SET held_until = clock_timestamp() + interval '1 second' WHERE model_id = $1`, [
      model.id,
    ]);
    expect((await update(model)).status).toBe(409);
    await eventually(
      () => update(model),
      ({ status }) => status === 200,
      3_000,
    );
    expect((await moodOf(model)).updatedBy).toBe('model');
  });

  test('ends when an administrator says so, or sets the mood without a hold', async () => {
    const model = await stack.createModel();
    await override(model, { moodState: 'neutral', reason, holdMinutes: 1_440 });
    const { body } = await override(model, { moodState: 'neutral', reason, holdMinutes: 0 });
    expect(body).not.toHaveProperty('heldUntil');
    expect((await update(model)).status).toBe(200);
  });

  test('lasts beyond the end of the mood that it set', async () => {
    const model = await stack.createModel();
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    expect((await override(model, { moodState: 'negative', reason, holdMinutes: 5, expiresAt })).status).toBe(200);
    await eventually(
      async () => (await stack.api.get(`/api/v1/mood/${model.id}/history`, model.token)).body.history[0],
      (entry) => entry.changedBy === 'system',
    );
    expect((await update(model)).body.error).toBe('MOOD_HELD');
  });

  test('holds against updates that arrive at the same instant', async () => {
    const model = await stack.createModel();
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => update(model, { moodState: 'positive' })),
      override(model, { moodState: 'negative', reason, holdMinutes: 5 }),
    ]);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(await moodOf(model)).toMatchObject({ moodState: 'negative', updatedBy: 'admin' });
  });
});

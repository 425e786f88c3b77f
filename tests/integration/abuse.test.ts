import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';
import { saveTemplate } from '@mood/testing/templates';

const recipients = [randomUUID(), randomUUID()];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    workers: 1,
    env: {
      REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL: '3',
      ABUSE_CHECK_EVERY_MS: '200',
      ABUSE_CONTENT_REFUSALS_PER_HOUR: '3',
      ABUSE_ALERT_RECIPIENTS: recipients.join(','),
    },
  });
});
afterAll(() => stack.stop());

const update = '/api/v1/mood/update';

describe('what is refused is counted for analytics', () => {
  test('by model, reason and route, and stands in the table some seconds later', async () => {
    const model = await stack.createModel();
    const user = await stack.platform.token('user');
    const link = { moodState: 'positive', customMessage: 'see www.example.com' };
    const answers = [
      await stack.api.post(update, link, model.token),
      await stack.api.post(update, link, model.token),
      // Too long, and nothing that the content policy forbids.
      await stack.api.post(update, { moodState: 'positive', customMessage: 'x'.repeat(201) }, model.token),
      await stack.api.post(update, link, model.token),
      await stack.api.post(update, link, user),
      await stack.api.post(update, link),
      await stack.api.call('GET', '/api/v1/mood/terms', { headers: { authorization: 'Basic x' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429, 403, 401, 401]);
    const counts = await eventually(
      () => stack.database.query('SELECT metric, group_key, model_id, n::int AS n FROM analytics_counts ORDER BY metric, group_key'),
      (rows) => rows.length >= 5,
    );
    expect(counts).toEqual([
      { metric: 'auth_failures', group_key: 'malformed', model_id: null, n: 1 },
      { metric: 'auth_failures', group_key: 'missing', model_id: null, n: 1 },
      { metric: 'content_refusals', group_key: 'url', model_id: model.id, n: 2 },
      { metric: 'forbidden', group_key: `POST ${update}`, model_id: null, n: 1 },
      { metric: 'limit_hits', group_key: 'refused_requests', model_id: model.id, n: 1 },
    ]);
  });
});

describe('analytics is told, once', () => {
  /** Of a type, as soon as there is one. */
  const told = async (eventType: string, modelId?: string) => {
    const ofType = async () => (await stack.platform.allEvents(modelId)).filter((event) => event.eventType === eventType);
    await eventually(ofType, (events) => events.length > 0, 20_000);
    return ofType();
  };
  const base = { eventId: expect.any(String), timestamp: expect.any(String) };

  test('that a model has accepted the terms, and not again', async () => {
    const { id: modelId, token } = await stack.createModel();
    const { version } = (await stack.api.get('/api/v1/mood/terms', token)).body;
    expect((await stack.api.post('/api/v1/mood/terms', { accept: true, version }, token)).status).toBe(200);
    expect(await told('terms_accepted', modelId)).toEqual([{ ...base, eventType: 'terms_accepted', modelId, termsVersion: version }]);
  });

  test('that an administrator has set a mood, by the code of the reason, beside the change', async () => {
    const { id: modelId } = await stack.createModel();
    const override = { moodState: 'negative', reason: 'the words were bad', reasonCode: 'policy' };
    const admin = await stack.platform.token('admin');
    expect((await stack.api.post(`/api/v1/admin/mood/${modelId}/update`, override, admin)).status).toBe(200);
    const moods = { previousState: 'neutral', newState: 'negative', version: 1 };
    expect(await told('mood_overridden', modelId)).toEqual([
      { ...base, eventType: 'mood_overridden', modelId, ...moods, reasonCode: 'policy' },
    ]);
    const [changed, ...more] = await told('mood_changed', modelId);
    expect([changed.changedBy, more, JSON.stringify(changed).includes('policy')]).toEqual(['admin', [], false]);
  });

  test('that a model has reached its limit: not of every refusal', async () => {
    const { id: modelId, token } = await stack.createModel();
    await stack.database.query(
      `INSERT INTO mood_rate_limits (model_id, change_count, window_end) VALUES ('${modelId}', 50, now() + interval '1 hour')`,
    );
    for (let nth = 0; nth < 3; nth += 1) expect((await stack.api.post(update, { moodState: 'positive' }, token)).status).toBe(429);
    expect(await told('mood_limit_reached', modelId)).toEqual([
      { ...base, eventType: 'mood_limit_reached', modelId, limit: 50, windowMinutes: 60 },
    ]);
  });

  test('that a user wrote again after an automatic reply, of the first time alone', async () => {
    const { id: modelId, token } = await stack.createModel();
    const [userId = ''] = await stack.platform.createUsers();
    expect((await stack.api.post(update, { moodState: 'positive', autoRespond: true }, token)).status).toBe(200);
    const service = await stack.platform.token('service', undefined, { scope: 'auto-replies:write' });
    const conversationId = randomUUID();
    const write = async () => {
      const message = { messageId: randomUUID(), conversationId, modelId, userId, receivedAt: new Date(), senderType: 'user' };
      const { status, body } = await stack.api.post('/api/v1/auto-replies', { ...message, automated: false }, service);
      expect(status).toBe(202);
      return body;
    };
    const { autoReplyId } = await write();
    const [sent] = await told('auto_reply_sent', modelId);
    await write();
    const [engaged] = await told('auto_reply_engaged', modelId);
    expect(engaged).toEqual({ ...base, eventType: 'auto_reply_engaged', modelId, autoReplyId, conversationId, sentAt: expect.any(String) });
    expect(sent).toMatchObject({ autoReplyId });
    expect(Date.parse(engaged.timestamp)).toBeGreaterThan(Date.parse(engaged.sentAt));
    await write();
    const waiting = () => stack.database.query(`SELECT 1 FROM outbox WHERE model_id = '${modelId}'`);
    await eventually(waiting, (rows) => rows.length === 0, 20_000);
    expect(await told('auto_reply_engaged', modelId)).toEqual([engaged]);
  });

  test('of rendered messages, by ids and counts, and not of thanks for tips', async () => {
    const { id: modelId } = await stack.createModel();
    const renderer = await stack.platform.token('service', undefined, { scope: 'mood:render' });
    const ids = new Set<string | null>();
    for (const templateType of ['greeting', 'greeting', 'tip_thank_you']) {
      const request = { modelId, templateType, variables: { userName: 'Sam', amount: 5 } };
      const { status, headers } = await stack.api.post('/api/v1/mood/template/render', request, renderer);
      expect(status).toBe(200);
      if (templateType === 'greeting') ids.add(headers.get('mood-template-id'));
    }
    const events = await told('message_rendered', modelId);
    const [templateId] = ids;
    // Two, if they were stored in between.
    for (const { count, ...event } of events) {
      const what = { templateId, templateVersion: 1, templateType: 'greeting', moodState: 'neutral' };
      expect({ ...event, count: typeof count }).toEqual({ ...base, eventType: 'message_rendered', modelId, ...what, count: 'number' });
    }
  });

  test('of each version of a template that somebody has made, and not of those that a database begins with', async () => {
    const admin = await stack.platform.token('admin');
    const draft = { moodState: 'positive', templateType: 'farewell', content: 'Bye {{userName|you}}!', tierLevel: 'gold', locale: 'fr' };
    const { id, version } = await saveTemplate(stack, admin, draft);
    await saveTemplate(stack, admin, { ...draft, id, version, active: false });
    const ofType = async () => (await stack.platform.allEvents()).filter(({ eventType }) => eventType === 'template_changed');
    const events = await eventually(ofType, (found) => found.length >= 2);
    const { content: _, ...what } = draft;
    const event = { ...base, eventType: 'template_changed', modelId: null, templateId: id, ...what };
    expect(events.toSorted((a, b) => a.templateVersion - b.templateVersion)).toEqual([
      { ...event, templateVersion: 1, active: true },
      { ...event, templateVersion: 2, active: false },
    ]);
  });
});

describe('feedback', () => {
  const give = (token: string, json: object) => stack.api.post('/api/v1/mood/feedback', json, token);

  test('is given by users and models, once a day about each thing; a second one of the day replaces the first', async () => {
    const { token } = await stack.createModel();
    const user = await stack.platform.token('user');
    expect(await give(user, { score: 2, about: 'reply' })).toMatchObject({
      status: 200,
      body: { score: 2, about: 'reply', replaced: false },
    });
    expect(await give(user, { score: 5, about: 'reply' })).toMatchObject({
      status: 200,
      body: { score: 5, about: 'reply', replaced: true },
    });
    expect(await give(token, { score: 1, about: 'feature' })).toMatchObject({ status: 200, body: { score: 1, replaced: false } });
    const scores = await stack.database.query('SELECT role, about, score FROM mood_feedback ORDER BY role');
    expect(scores).toEqual([
      { role: 'model', about: 'feature', score: 1 },
      { role: 'user', about: 'reply', score: 5 },
    ]);
  });

  test.each([
    { score: 0, about: 'mood' },
    { score: 6, about: 'mood' },
    { score: 4.5, about: 'mood' },
    { score: 3, about: 'weather' },
    { score: 3 },
  ])('%j is refused in words', async (body) => {
    const { status, body: answer } = await give(await stack.platform.token('user', randomUUID()), body);
    expect([status, answer.error]).toEqual([400, 'INVALID_REQUEST']);
    expect(answer.message).toMatch(/^(score|about): expected /);
  });

  test('is not for administrators and services', async () => {
    for (const role of ['admin', 'service']) {
      const { status, body } = await give(await stack.platform.token(role), { score: 3, about: 'mood' });
      expect([status, body.message]).toEqual([403, 'Only users and models can give feedback.']);
    }
  });
});

describe('an alert about abuse', () => {
  test('is opened once, told to administrators and analytics, listed and acknowledged', async () => {
    const { id: modelId, token } = await stack.createModel();
    const admin = await stack.platform.token('admin');
    for (let nth = 0; nth < 3; nth += 1) {
      expect((await stack.api.post(update, { moodState: 'positive', customMessage: 'see www.example.com' }, token)).status).toBe(400);
    }
    const list = async (query: string) => (await stack.api.get(`/api/v1/admin/mood/alerts?modelId=${modelId}${query}`, admin)).body;
    const { alerts } = await eventually(
      () => list('&status=open'),
      (found) => found.alerts.length > 0,
      20_000,
    );
    const [alert] = alerts;
    expect(alert).toMatchObject({
      modelId,
      rule: 'content_refusals',
      status: 'open',
      threshold: 3,
      count: 3,
      peak: 3,
      closedAt: null,
      note: null,
    });
    for (const recipient of recipients) {
      const told = await eventually(
        () => stack.platform.notifications(recipient),
        (found) => found.length > 0,
      );
      const text = `Model ${modelId}: within an hour 3 texts were refused because of their content. Look at the alerts of mood messaging, and acknowledge this one.`;
      expect(told).toMatchObject([{ type: 'abuse_alert', text }]);
    }
    const isAlert = ({ eventType }: { eventType: string }) => eventType === 'abuse_alert';
    const events = await eventually(
      async () => (await stack.platform.allEvents(modelId)).filter(isAlert),
      (found) => found.length > 0,
    );
    expect(events).toMatchObject([{ modelId, alertId: alert.id, rule: 'content_refusals', count: 3, threshold: 3 }]);

    const acknowledge = `/api/v1/admin/mood/alerts/${alert.id}/acknowledge`;
    const first = await stack.api.post(acknowledge, { note: 'talked to her' }, admin);
    expect(first).toMatchObject({ status: 200, body: { id: alert.id, status: 'acknowledged', note: 'talked to her' } });
    const again = await stack.api.post(acknowledge, { note: 'somebody else' }, await stack.platform.token('admin', randomUUID()));
    expect(again.body).toMatchObject({ acknowledgedBy: first.body.acknowledgedBy, note: 'talked to her' });
    expect(await list('&status=open')).toEqual({ alerts: [], nextCursor: null });
    expect((await list('&status=acknowledged&rule=content_refusals')).alerts).toHaveLength(1);
    expect((await list('&rule=changes')).alerts).toEqual([]);
  });

  test('that is not there is 404, and a note is wanted', async () => {
    const admin = await stack.platform.token('admin');
    const acknowledge = (json: object) => stack.api.post(`/api/v1/admin/mood/alerts/${randomUUID()}/acknowledge`, json, admin);
    expect(await acknowledge({ note: 'nothing' })).toMatchObject({ status: 404, body: { error: 'ALERT_NOT_FOUND' } });
    expect(await acknowledge({})).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { retireTemplates, saveTemplate } from '@mood/testing/templates';

let stack: Stack;
let admin: string;
let service: string;
let user: string;
let model: Model;

beforeAll(async () => {
  stack = await startStack({ workers: 1 });
  admin = await stack.platform.token('admin');
  user = await stack.platform.token('user');
  service = await stack.platform.token('service', undefined, { scope: 'mood:render auto-replies:write' });
  model = await stack.createModel();
  await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token);
});
afterAll(() => stack.stop());
beforeEach(() => retireTemplates(stack));

const save = (draft: object) => saveTemplate(stack, admin, { moodState: 'positive', templateType: 'greeting', ...draft });
const render = (body: object = {}): Promise<Answer> =>
  stack.api.post('/api/v1/mood/template/render', { modelId: model.id, templateType: 'greeting', ...body }, service);
const templateOf = (query = '', token = user): Promise<Answer> =>
  stack.api.get(`/api/v1/mood/template?modelId=${model.id}&templateType=greeting${query}`, token);

/** What an administrator reads of a template's use, once it says what it should. */
const usageOf = (id: string, expected: object) =>
  eventually(
    async () => (await stack.api.get(`/api/v1/admin/mood/template/${id}/usage`, admin)).body.total,
    (total) => Object.entries(expected).every(([name, value]) => total?.[name] === value),
  );

describe('a template that lacks a value', () => {
  const appendixB = "Hi {{userName}}! 💎 I'm so excited to chat with you today! {{customMessage}}";
  const variables = { userName: 'Ann' };

  test('is passed over for the best one that can be rendered, and is counted, logged and explained', async () => {
    const best = await save({ content: appendixB, priority: 900 });
    const next = await save({ content: 'Hi {{userName}}!', priority: 5 });
    const { status, body, headers } = await render({ variables });
    expect([status, body.renderedMessage, headers.get('mood-template-id')]).toEqual([200, 'Hi Ann!', next.id]);
    expect((await templateOf()).body.template).toBe('Hi {{userName}}!');
    const { body: explained } = await templateOf('&explain=true', admin);
    expect(explained.explanation.candidates.slice(0, 2)).toMatchObject([
      { id: best.id, won: false, reason: expect.stringMatching(/^Skipped: it needs customMessage/) },
      { id: next.id, won: true },
    ]);
    await usageOf(best.id, { rendered: 0, failed: 1 });
    await usageOf(next.id, { rendered: 1, failed: 0 });
    expect((await render({ variables })).status).toBe(200);
    await usageOf(best.id, { rendered: 0, failed: 2 });
    const lines = stack.apiProcess.output().match(new RegExp(`"templateId":"${best.id}"[^\\n]*customMessage`, 'g'));
    expect(lines).toHaveLength(1);
  });

  test('is rendered as soon as the mood has the value', async () => {
    await save({ content: appendixB, priority: 900 });
    await save({ content: 'Hi {{userName}}!', priority: 5 });
    const glad = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'So glad!' }, glad.token);
    expect((await render({ modelId: glad.id, variables })).body.renderedMessage).toMatch(/today! So glad!$/);
    expect((await render({ variables: { ...variables, customMessage: 'Mine.' } })).body.renderedMessage).toMatch(/today! Mine\.$/);
  });

  test('is named in a 422 when none can be rendered, and is what GET answers', async () => {
    const best = await save({ content: appendixB, priority: 900 });
    const other = await save({ content: '{{amount}}', priority: 5 });
    const { status, body } = await render({ variables });
    expect([status, body.error, body.message]).toEqual([422, 'TEMPLATE_RENDER_FAILED', expect.stringContaining('customMessage')]);
    expect((await templateOf()).body.template).toBe(appendixB);
    await usageOf(best.id, { failed: 1 });
    await usageOf(other.id, { failed: 1 });
  });

  test('is passed over by automatic replies by the same rule, and counted', async () => {
    const never = await save({ templateType: 'auto_response', content: 'Thanks for {{amount}}', priority: 9_999 });
    const good = await save({ templateType: 'auto_response', content: 'Thanks, {{userName|you}}.' });
    const replying = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', autoRespond: true }, replying.token);
    // The worker knows of a template a moment after it was saved: until then it replies in other words.
    const rendered = await eventually(
      async () => {
        const [userId = ''] = await stack.platform.createUsers();
        await stack.platform.call('POST', `/sandbox/conversations/${userId}/messages`, {
          json: { modelId: replying.id, userId, text: 'Hi!' },
        });
        return (await stack.api.get(`/api/v1/admin/mood/template/${good.id}/usage`, admin)).body.total;
      },
      (total) => total?.sent > 0,
    );
    expect(rendered).toMatchObject({ failed: 0 });
    const { body } = await stack.api.get(`/api/v1/admin/mood/template/${never.id}/usage`, admin);
    expect(body.total).toMatchObject({ rendered: 0, sent: 0 });
    expect(body.total.failed).toBeGreaterThan(0);
  });

  test('shows in the answer to saving it, and in the list', async () => {
    const draft = { moodState: 'positive', templateType: 'auto_response', content: 'Thanks for {{amount}}' };
    const { body } = await stack.api.post('/api/v1/admin/mood/template', draft, admin);
    expect(body).toMatchObject({
      neverUsable: 'needs amount',
      hints: [{ line: 1, column: 12, message: expect.stringContaining('Only tips have an amount') }],
    });
    const { body: fine } = await stack.api.post('/api/v1/admin/mood/template', { ...draft, content: 'Thanks.' }, admin);
    expect(fine).toMatchObject({ neverUsable: null, hints: [] });
    const { body: blank } = await stack.api.post('/api/v1/admin/mood/template', { ...draft, content: ' {{amount|}} ' }, admin);
    expect(blank).toMatchObject({ neverUsable: 'has nothing to show' });
    const { body: list } = await stack.api.get('/api/v1/admin/mood/templates?active=true', admin);
    expect(list.templates).toMatchObject([
      { id: blank.id, neverUsable: 'has nothing to show' },
      { id: fine.id, neverUsable: null },
      { id: body.id, neverUsable: 'needs amount' },
    ]);
  });
});

describe('the tier of a user of whom only the id is given', () => {
  test('is the one that the User Service knows', async () => {
    await save({ content: 'Hello.', priority: 900 });
    await save({ content: 'Hello, {{tier}}.', tierLevel: 'gold' });
    const [gold = ''] = await stack.platform.createUsers(1, 'gold');
    const [silver = ''] = await stack.platform.createUsers(1, 'silver');
    expect((await render({ userId: gold })).body.renderedMessage).toBe('Hello, gold.');
    expect((await render({ userId: silver })).body.renderedMessage).toBe('Hello.');
    expect((await render({ userId: gold, userTier: 'free' })).body.renderedMessage).toBe('Hello.');
    expect((await render()).body.renderedMessage).toBe('Hello.');
  });

  test('is none while the User Service is down, and the answer says so; one that was asked for is remembered', async () => {
    await save({ content: 'Hello.', priority: 900 });
    await save({ content: 'Hello, {{tier}}.', tierLevel: 'gold' });
    const [asked = ''] = await stack.platform.createUsers(1, 'gold');
    const [unasked = ''] = await stack.platform.createUsers(1, 'gold');
    await render({ userId: asked });
    await stack.platform.setFault('users', 'error');
    try {
      const known = await render({ userId: asked });
      expect([known.body.renderedMessage, known.headers.get('mood-degraded')]).toEqual(['Hello, gold.', null]);
      const unknown = await render({ userId: unasked });
      expect([unknown.status, unknown.body.renderedMessage, unknown.headers.get('mood-degraded')]).toEqual([200, 'Hello.', 'true']);
    } finally {
      await stack.platform.setFault('users', 'ok');
    }
  });
});

describe('a locale', () => {
  test.each([
    ['zh-TW', 'zh-Hant'],
    ['zh_HK', 'zh-Hant'],
    ['zh-CN', 'zh'],
    ['nn-NO', 'nb'],
    ['nb-NO', 'nb'],
    ['pt_BR', 'pt'],
    ['es-MX', 'es-419'],
    ['es-ES', 'none'],
    ['sr-ME', 'sr-Latn'],
    ['sr-RS', 'none'],
  ])('%s gets the template of %s', async (locale, expected) => {
    await save({ content: 'none', priority: 900 });
    for (const written of ['zh', 'zh-Hant', 'nb', 'pt', 'es-419', 'sr-Latn']) await save({ content: written, locale: written });
    expect((await render({ locale })).body.renderedMessage).toBe(expected);
    expect((await templateOf(`&locale=${locale}`)).body.template).toBe(expected);
  });
});

describe('pages of a history by cursor', () => {
  test('neither repeat nor leave out a change while others are added', async () => {
    const changing = await stack.createModel();
    const change = (customMessage: string) =>
      stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage }, changing.token);
    for (let number = 1; number <= 7; number++) await change(`change ${number}`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { status, body }: Answer = await stack.api.get(
        `/api/v1/mood/${changing.id}/history?limit=2${cursor === '' ? '' : `&before=${cursor}`}`,
        changing.token,
      );
      expect(status).toBe(200);
      seen.push(...body.history.map((entry: { customMessage: string }) => entry.customMessage));
      cursor = body.next;
      await change('added');
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `change ${number}`));
  });

  test('can leave out some of the cursor’s own', async () => {
    const changing = await stack.createModel();
    for (const moodState of ['positive', 'negative', 'neutral', 'positive']) {
      await stack.api.post('/api/v1/mood/update', { moodState }, changing.token);
    }
    const path = `/api/v1/mood/${changing.id}/history`;
    const { body: first } = await stack.api.get(`${path}?limit=1`, changing.token);
    const { body } = await stack.api.get(`${path}?limit=1&offset=1&before=${first.next}`, changing.token);
    expect(body).toMatchObject({ history: [{ moodState: 'negative' }], total: 4, limit: 1, offset: 1, next: expect.any(String) });
    expect((await stack.api.get(`${path}?limit=2&before=${body.next}`, changing.token)).body).toMatchObject({ next: null });
  });

  test.each([
    '',
    '1',
    '-1',
    'x',
    'null',
    'aGlzdG9yeTow',
    'aGlzdG9yeTotMQ',
    'aGlzdG9yeTox%0A',
    'aGlzdG9yeTox=',
    'aGlzdG9yeTo5OTk5OTk5OTk5OTk',
    'bW9vZDox',
    "'%20OR%201=1",
    '%00',
    'x'.repeat(200),
  ])('are refused by the cursor %j', async (before) => {
    const { status, body } = await stack.api.get(`/api/v1/mood/${model.id}/history?before=${before}`, user);
    expect([status, body.error, body.message]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('before: expected')]);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { count } from '@mood/testing/counts';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { retireTemplates, saveTemplate } from '@mood/testing/templates';
import type { SavedTemplate } from '@mood/testing/templates';

const notFound = { error: 'TEMPLATE_NOT_FOUND', message: 'No template found for the specified criteria' };
const unknownModel = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

let stack: Stack;
let admin: string;
let user: string;
let service: string;
let models: Record<'neutral' | 'positive' | 'negative', Model>;

async function modelInMood(moodState: string): Promise<Model> {
  const model = await stack.createModel();
  const { status } = await stack.api.post('/api/v1/mood/update', { moodState }, model.token);
  expect(status).toBe(200);
  return model;
}

beforeAll(async () => {
  stack = await startStack();
  admin = await stack.platform.token('admin');
  user = await stack.platform.token('user');
  service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
  models = { neutral: await modelInMood('neutral'), positive: await modelInMood('positive'), negative: await modelInMood('negative') };
});
afterAll(() => stack.stop());

/** Each test has only the templates that it saves itself. */
beforeEach(() => retireTemplates(stack));

/** A positive greeting, but for what is said. */
const save = (draft: object): Promise<SavedTemplate> =>
  saveTemplate(stack, admin, { moodState: 'positive', templateType: 'greeting', ...draft });

type Query = Record<string, string>;

function get(query: Query = {}, token = user): Promise<Answer> {
  const parameters = new URLSearchParams({ modelId: models.positive.id, templateType: 'greeting', ...query });
  return stack.api.get(`/api/v1/mood/template?${parameters.toString()}`, token);
}

/** The content that a user gets; the code of the refusal when they get none. */
async function contentFor(query: Query = {}): Promise<string> {
  const { body } = await get(query);
  return body.template ?? body.error;
}

const renderPath = '/api/v1/mood/template/render';

function render(body: object = {}, token = service): Promise<Answer> {
  return stack.api.post(renderPath, { modelId: models.positive.id, templateType: 'greeting', ...body }, token);
}

describe('the template of a model', () => {
  test('is answered with its text, the mood and its variables, and nothing more', async () => {
    const content = 'Hi {{userName|there}}, {{modelName}} is {{mood}}. {{userName}}!';
    await save({ content });
    const { status, body } = await get();
    expect([status, body]).toEqual([200, { template: content, moodState: 'positive', variables: ['userName', 'modelName', 'mood'] }]);
  });

  test('is one of the mood that the model has now', async () => {
    for (const moodState of Object.keys(models)) await save({ moodState, content: `A ${moodState} hello.` });
    for (const [moodState, model] of Object.entries(models)) {
      const { body } = await get({ modelId: model.id });
      expect(body).toEqual({ template: `A ${moodState} hello.`, moodState, variables: [] });
    }
    const [unset = ''] = await stack.platform.createPerformers();
    expect((await get({ modelId: unset })).body).toMatchObject({ template: 'A neutral hello.', moodState: 'neutral' });
  });

  test('follows a change of the mood at once', async () => {
    for (const moodState of Object.keys(models)) await save({ moodState, content: `A ${moodState} hello.` });
    const model = await stack.createModel();
    for (const moodState of ['negative', 'positive', 'neutral', 'negative']) {
      await stack.api.post('/api/v1/mood/update', { moodState }, model.token);
      expect(await contentFor({ modelId: model.id })).toBe(`A ${moodState} hello.`);
    }
  });

  test('is a neutral one once the mood has expired, also before anybody reset it', async () => {
    for (const moodState of Object.keys(models)) await save({ moodState, content: `A ${moodState} hello.` });
    const model = await stack.createModel();
    const expiresAt = new Date(Date.now() + 2_000);
    await stack.api.post('/api/v1/mood/update', { moodState: 'negative', expiresAt: expiresAt.toISOString() }, model.token);
    expect(await contentFor({ modelId: model.id })).toBe('A negative hello.');
    const { body } = await eventually(
      () => get({ modelId: model.id }),
      (answer) => answer.body.moodState !== 'negative',
    );
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
    expect(body).toEqual({ template: 'A neutral hello.', moodState: 'neutral', variables: [] });
    expect((await render({ modelId: model.id })).body).toEqual({ renderedMessage: 'A neutral hello.', moodState: 'neutral' });
  });

  test('is of the type that was asked for', async () => {
    const types = ['greeting', 'farewell', 'auto_response', 'tip_thank_you'];
    for (const templateType of types) await save({ templateType, content: `This is the ${templateType} text.` });
    for (const templateType of types) expect(await contentFor({ templateType })).toBe(`This is the ${templateType} text.`);
  });

  test('is not taken from the neutral mood, nor from another type, when its own mood has none', async () => {
    await save({ moodState: 'neutral', content: 'A neutral hello.' });
    await save({ templateType: 'farewell', content: 'A positive goodbye.' });
    await save({ active: false, content: 'A resting hello.' });
    const { status, body } = await get();
    expect([status, body]).toEqual([404, notFound]);
    const rendered = await render();
    expect([rendered.status, rendered.body]).toEqual([404, notFound]);
  });

  test('of a model that nobody knows is not found', async () => {
    await save({ content: 'Hello.' });
    const found = await get({ modelId: unknownModel });
    expect([found.status, found.body.error]).toEqual([404, 'MODEL_NOT_FOUND']);
    const rendered = await render({ modelId: unknownModel });
    expect([rendered.status, rendered.body.error]).toEqual([404, 'MODEL_NOT_FOUND']);
  });

  test('may be read by everyone who is signed in', async () => {
    await save({ content: 'Hello.' });
    const bare = await stack.platform.token('service');
    for (const token of [user, models.negative.token, admin, service, bare]) expect((await get({}, token)).status).toBe(200);
  });

  test('is not for those who are not', async () => {
    const path = `/api/v1/mood/template?modelId=${models.positive.id}&templateType=greeting`;
    for (const token of [undefined, 'no-token', `${user}x`]) {
      const { status, body, headers } = await stack.api.get(path, token);
      expect([status, body.error]).toEqual([401, 'UNAUTHORIZED']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test.each([
    ['no modelId', 'templateType=greeting'],
    ['no templateType', `modelId=${unknownModel}`],
    ['nothing', ''],
    ['an unknown parameter', `modelId=${unknownModel}&templateType=greeting&tier=gold`],
    ['a parameter of another case', `modelId=${unknownModel}&templateType=greeting&UserTier=gold`],
    ['modelId twice', `modelId=${unknownModel}&modelId=${unknownModel}&templateType=greeting`],
    ['two tiers', `modelId=${unknownModel}&templateType=greeting&userTier=gold&userTier=free`],
    ['a type that does not exist', `modelId=${unknownModel}&templateType=welcome`],
    ['a type in capitals', `modelId=${unknownModel}&templateType=GREETING`],
    ['a tier that does not exist', `modelId=${unknownModel}&templateType=greeting&userTier=diamond`],
    ['an empty tier', `modelId=${unknownModel}&templateType=greeting&userTier=`],
    ['a tier with the name of an inherited property', `modelId=${unknownModel}&templateType=greeting&userTier=constructor`],
    ['a modelId that is no UUID', 'modelId=sophia&templateType=greeting'],
    ['a modelId with SQL after it', `modelId=${unknownModel}'%20OR%201=1--&templateType=greeting`],
    ['a userId that is no UUID', `modelId=${unknownModel}&templateType=greeting&userId=7`],
    ['a locale that is none', `modelId=${unknownModel}&templateType=greeting&locale=in_English`],
    ['an empty locale', `modelId=${unknownModel}&templateType=greeting&locale=`],
    ['an endless locale', `modelId=${unknownModel}&templateType=greeting&locale=en${'-abcde'.repeat(1_000)}`],
    ['a NUL in the locale', `modelId=${unknownModel}&templateType=greeting&locale=en%00`],
    ['bytes that are no text', `modelId=${unknownModel}&templateType=greeting&locale=%ff`],
    ['explain that is neither true nor false', `modelId=${unknownModel}&templateType=greeting&explain=yes`],
  ])('is not looked for with %s', async (_what, query) => {
    const { status, body } = await stack.api.get(`/api/v1/mood/template?${query}`, user);
    expect([status, body]).toEqual([400, { error: 'INVALID_REQUEST', message: expect.stringMatching(/.{10}/) }]);
  });
});

describe('of several templates', () => {
  test('one of the user’s tier comes before one without, whatever its priority', async () => {
    await save({ content: 'For all.', priority: 900 });
    await save({ content: 'For gold.', tierLevel: 'gold', priority: 1 });
    await save({ content: 'For platinum.', tierLevel: 'platinum', priority: 999 });
    expect(await contentFor({ userTier: 'gold' })).toBe('For gold.');
    expect(await contentFor({ userTier: 'platinum' })).toBe('For platinum.');
    expect(await contentFor({ userTier: 'free' })).toBe('For all.');
  });

  test('a user of unknown tier gets only those without tier', async () => {
    await save({ content: 'For gold.', tierLevel: 'gold', priority: 999 });
    expect(await contentFor()).toBe('TEMPLATE_NOT_FOUND');
    await save({ content: 'For all.', priority: -5 });
    expect(await contentFor()).toBe('For all.');
  });

  test('the one of the higher priority wins, also when it is older', async () => {
    await save({ content: 'High.', priority: 200 });
    await save({ content: 'Default.' });
    await save({ content: 'Low.', priority: -2_147_483_647 });
    expect(await contentFor()).toBe('High.');
  });

  test('of the same priority the newest wins, and an edit makes none newer', async () => {
    const older = await save({ content: 'Older.' });
    await save({ content: 'Newer.' });
    expect(await contentFor()).toBe('Newer.');
    await save({ id: older.id, content: 'Older, edited.' });
    expect(await contentFor()).toBe('Newer.');
  });

  test('one that is taken out of use gives way to the next', async () => {
    await save({ content: 'First.', priority: 1 });
    const { id } = await save({ content: 'Second.', priority: 2 });
    expect(await contentFor()).toBe('Second.');
    await save({ id, content: 'Second.', priority: 2, active: false });
    expect(await contentFor()).toBe('First.');
  });

  test.each([
    ['fr-CA', 'Bonjour du Québec.'],
    ['fr-ca', 'Bonjour du Québec.'],
    ['fr-BE', 'Bonjour.'],
    ['fr', 'Bonjour.'],
    ['de', 'Hello.'],
    ['frr', 'Hello.'],
  ])('a user of the locale %s gets “%s”', async (locale, text) => {
    await save({ content: 'Hello.', priority: 900 });
    await save({ content: 'Bonjour.', locale: 'fr' });
    await save({ content: 'Bonjour du Québec.', locale: 'fr-ca', priority: 1 });
    expect(await contentFor({ locale })).toBe(text);
    expect((await render({ locale })).body.renderedMessage).toBe(text);
  });

  test('a user of unknown locale gets only those without locale', async () => {
    await save({ content: 'Bonjour.', locale: 'fr', priority: 900 });
    expect(await contentFor()).toBe('TEMPLATE_NOT_FOUND');
    await save({ content: 'Hello.' });
    expect(await contentFor()).toBe('Hello.');
  });

  test('the locale counts more than the tier', async () => {
    await save({ content: 'Hello, gold.', tierLevel: 'gold', priority: 900 });
    await save({ content: 'Bonjour.', locale: 'fr' });
    expect(await contentFor({ locale: 'fr-CA', userTier: 'gold' })).toBe('Bonjour.');
    await save({ content: 'Bonjour, or.', locale: 'fr', tierLevel: 'gold', priority: 1 });
    expect(await contentFor({ locale: 'fr-CA', userTier: 'gold' })).toBe('Bonjour, or.');
  });
});

describe('an experiment', () => {
  const variants = ['Variant one.', 'Variant two.', 'Variant three.'];
  const users = Array.from({ length: count(1_000, 200) }, () => randomUUID());

  async function variantsOf(userIds: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    // In portions: nobody has so many connections.
    for (let begin = 0; begin < userIds.length; begin += 20) {
      found.push(...(await Promise.all(userIds.slice(begin, begin + 20).map((userId) => contentFor({ userId })))));
    }
    return found;
  }

  test('gives each user always the same variant, and every variant to some', async () => {
    for (const content of variants) await save({ content, experiment: 'three-hellos' });
    const first = await variantsOf(users);
    expect(new Set(first)).toEqual(new Set(variants));
    expect(await variantsOf(users)).toEqual(first);
    expect(await variantsOf(users.map((id) => id.toUpperCase()))).toEqual(first);
    // A third each: of 200 users, fewer than 30 come once in ten million runs.
    for (const variant of variants) expect(first.filter((content) => content === variant).length).toBeGreaterThan(users.length * 0.15);
  });

  test('leaves everybody else’s variant alone when one is taken out', async () => {
    const saved = await Promise.all(variants.map((content) => save({ content, experiment: 'three-hellos' })));
    const sample = users.slice(0, 60);
    const before = await variantsOf(sample);
    await save({ id: saved[0]?.id, content: variants[0], experiment: 'three-hellos', active: false });
    const after = await variantsOf(sample);
    for (const [index, variant] of before.entries()) {
      if (variant === variants[0]) expect(variants.slice(1)).toContain(after[index]);
      else expect(after[index]).toBe(variant);
    }
  });

  test('gives the heaviest variant to a user whom nobody names', async () => {
    await save({ content: 'Light.', experiment: 'weights', priority: 200 });
    await save({ content: 'Heavy.', experiment: 'weights', weight: 9 });
    expect(await contentFor()).toBe('Heavy.');
  });

  test('is named by the render, which takes the same variant', async () => {
    for (const content of variants) await save({ content, experiment: 'three-hellos' });
    for (const userId of users.slice(0, 10)) {
      const { status, body, headers } = await render({ userId });
      expect([status, body.renderedMessage, headers.get('mood-experiment')]).toEqual([200, await contentFor({ userId }), 'three-hellos']);
    }
  });
});

describe('an explanation', () => {
  test('names every candidate in its order, and why it won or lost', async () => {
    const place = { templateType: 'farewell' };
    const ids = {
      best: (await save({ ...place, content: 'Best.', tierLevel: 'gold', locale: 'fr' })).id,
      lowPriority: (await save({ ...place, content: 'Low priority.', tierLevel: 'gold', locale: 'fr', priority: 50 })).id,
      noTier: (await save({ ...place, content: 'No tier.', locale: 'fr' })).id,
      noLocale: (await save({ ...place, content: 'No locale.', tierLevel: 'gold', priority: 900 })).id,
      otherTier: (await save({ ...place, content: 'Other tier.', tierLevel: 'free' })).id,
      otherLocale: (await save({ ...place, content: 'Other locale.', locale: 'de' })).id,
      resting: (await save({ ...place, content: 'Resting.', active: false })).id,
    };
    const own = new Set(Object.values(ids));
    const { status, body } = await get({ ...place, userTier: 'gold', locale: 'fr', explain: 'true' }, admin);
    expect([status, body]).toMatchObject([200, { template: 'Best.', moodState: 'positive', variables: [] }]);
    expect(body.explanation.total).toBe(body.explanation.candidates.length);

    const shown = body.explanation.candidates.filter(({ id }: { id: string }) => own.has(id));
    const reasons = new Map(shown.map(({ id, reason }: { id: string; reason: string }) => [id, reason]));
    expect(shown.slice(0, 4).map(({ id }: { id: string }) => id)).toEqual([ids.best, ids.lowPriority, ids.noTier, ids.noLocale]);
    expect(shown.map(({ won }: { won: boolean }) => won)).toEqual([true, false, false, false, false, false, false]);
    expect(reasons).toEqual(
      new Map([
        [ids.best, 'Chosen: it fits best (locale fr, tier gold, priority 100).'],
        [ids.lowPriority, 'Lost by priority: 50 is lower than 100.'],
        [ids.noTier, 'Lost by tier: one of tier gold comes before one of any tier.'],
        [ids.noLocale, 'Lost by locale: for fr, fr comes before no locale.'],
        [ids.otherTier, "Does not fit: it is for tier free, and the user's is gold."],
        [ids.otherLocale, "Does not fit: it is for locale de, and the user's is fr."],
        [ids.resting, 'Does not fit: it is not active.'],
      ]),
    );
  });

  test('comes with the answer that there is none', async () => {
    const { id } = await save({ content: 'For gold.', tierLevel: 'gold' });
    const { status, body } = await get({ explain: 'true' }, admin);
    expect([status, body]).toMatchObject([404, notFound]);
    const candidate = body.explanation.candidates.find((each: { id: string }) => each.id === id);
    expect(candidate).toMatchObject({ won: false, reason: "Does not fit: it is for tier gold, and the user's is unknown." });
    expect(body.explanation.candidates.filter(({ won }: { won: boolean }) => won)).toEqual([]);
  });

  test('says which variant a user has, and of which experiment', async () => {
    const place = { moodState: 'negative', templateType: 'tip_thank_you', experiment: 'thanks' };
    for (const content of ['Thanks.', 'Thank you.']) await save({ ...place, content });
    const query = { modelId: models.negative.id, templateType: 'tip_thank_you', userId: randomUUID() };
    const { body } = await get({ ...query, explain: 'true' }, admin);
    const [winner, other] = body.explanation.candidates;
    expect(body.template).toBe(await contentFor(query));
    expect([winner.reason, other.reason]).toEqual([
      expect.stringContaining('Of the 2 variants of the experiment "thanks" it is the one that this user always gets.'),
      'Lost by experiment: of the variants of "thanks", this user always gets another one.',
    ]);
  });

  test('is for administrators only; without it everybody may ask', async () => {
    await save({ content: 'Hello.' });
    for (const token of [user, models.positive.token, service]) {
      const refused = await get({ explain: 'true' }, token);
      expect([refused.status, refused.body.error]).toEqual([403, 'UNAUTHORIZED']);
      expect((await get({ explain: 'false' }, token)).body).toEqual({ template: 'Hello.', moodState: 'positive', variables: [] });
    }
  });

  test('is not given of a model that nobody knows', async () => {
    const { status, body } = await get({ modelId: unknownModel, explain: 'true' }, admin);
    expect([status, body]).toEqual([404, { error: 'MODEL_NOT_FOUND', message: expect.any(String) }]);
  });
});

describe('a rendered message', () => {
  test('is answered with its text and the mood, and its headers say where it came from', async () => {
    const { id } = await save({ content: 'Hi there!' });
    await save({ id, content: 'Hi {{userName}}!' });
    const { status, body, headers } = await render({ variables: { userName: 'John123' } });
    expect([status, body]).toEqual([200, { renderedMessage: 'Hi John123!', moodState: 'positive' }]);
    expect([headers.get('mood-template-id'), headers.get('mood-template-version')]).toEqual([id, '2']);
    expect(headers.has('mood-experiment')).toBe(false);
  });

  const all = ['userName', 'modelName', 'amount', 'currency', 'mood', 'tier', 'customMessage', 'time', 'date'];
  const everything = all.map((name) => `{{${name}}}`).join(' ~ ');

  /** As the contract shows them: `3:45 PM`, `Jan 2, 2026`. */
  function timeAndDate(locale: string, timeZone: string): string[] {
    const now = new Date();
    const time = new Intl.DateTimeFormat(locale, { timeZone, hour: 'numeric', minute: '2-digit' }).format(now);
    const date = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'short', day: 'numeric' }).format(now);
    return [time, date].map((text) => text.replaceAll(/[\u00A0\u202F]/g, ' '));
  }

  test('has all nine variables filled, those that were not given by the system', async () => {
    await save({ content: everything });
    const model = await stack.createModel();
    await stack.api.post('/api/v1/mood/update', { moodState: 'positive', customMessage: 'Feeling great today!' }, model.token);
    const performer: unknown = await stack.platform.call('GET', `/performers/${model.id}`);
    expect(performer).toMatchObject({ displayName: expect.stringMatching(/./) });
    const name = String(Reflect.get(Object(performer), 'displayName'));

    const early = timeAndDate('en-US', 'UTC');
    const { body } = await render({ modelId: model.id, userTier: 'gold', variables: { userName: 'John123', amount: 50 } });
    const late = timeAndDate('en-US', 'UTC');
    const [time, date] = body.renderedMessage.split(' ~ ').slice(-2);
    expect(body.renderedMessage.split(' ~ ').slice(0, -2)).toEqual([
      'John123',
      name,
      '50',
      '$',
      'positive',
      'gold',
      'Feeling great today!',
    ]);
    expect(early[0] === time || late[0] === time).toBe(true);
    expect(early[1] === date || late[1] === date).toBe(true);
    expect([time, date]).toEqual([expect.stringMatching(/^\d{1,2}:\d\d [AP]M$/), expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4}$/)]);
  });

  test('has given values before those of the system', async () => {
    await save({ content: everything });
    const variables = { ...Object.fromEntries(all.map((name) => [name, `my ${name}`])), amount: '7', currency: '€' };
    const { body } = await render({ userTier: 'gold', variables });
    expect(body).toEqual({ renderedMessage: Object.values(variables).join(' ~ '), moodState: 'positive' });
  });

  test.each([
    [50, '50'],
    ['50', '50'],
    ['50.00', '50.00'],
    [12.5, '12.50'],
    [0, '0'],
    [1_000_000, '1,000,000'],
    [0.1 + 0.2, '0.30'],
    [49.9, '49.90'],
    [' 5 ', '5'],
  ])('prints the amount %j as %s', async (amount, text) => {
    await save({ content: 'Thanks for {{currency}}{{amount}}!' });
    expect((await render({ variables: { amount } })).body.renderedMessage).toBe(`Thanks for $${text}!`);
  });

  test.each([-3, 1e21, 9_007_199_254_740_992, '9007199254740993', 'abc', '-5', '+5', '1,000', '1e3', '٥', '$5'])(
    'refuses the amount %j',
    async (amount) => {
      await save({ content: 'Thanks for {{currency}}{{amount|it}}!' });
      const { status, body } = await render({ variables: { amount } });
      expect([status, body.error, body.message]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('variables.amount: expected')]);
    },
  );

  test('prints the amount for the locale, and the symbol of the currency', async () => {
    await save({ content: 'Thanks for {{currency}}{{amount}}!' });
    const { body } = await render({ variables: { amount: 1234.5, currency: 'EUR' }, locale: 'de_DE' });
    expect(body.renderedMessage).toBe('Thanks for €1.234,50!');
    expect((await render({ variables: { amount: 5, currency: 'doubloons' } })).status).toBe(400);
  });

  test.each([
    [undefined, 'America/New_York'],
    ['fr-CA', 'America/Montreal'],
    ['de', 'Europe/Berlin'],
    ['ja', 'Asia/Tokyo'],
    ['en-GB', undefined],
  ])('tells time and date for the locale %s in the time zone %s', async (locale, timeZone) => {
    await save({ content: '{{time}} ~ {{date}}' });
    const early = timeAndDate(locale ?? 'en-US', timeZone ?? 'UTC');
    const { body } = await render({ locale, timeZone });
    const late = timeAndDate(locale ?? 'en-US', timeZone ?? 'UTC');
    const [time, date] = body.renderedMessage.split(' ~ ');
    expect(early[0] === time ? early[0] : late[0]).toBe(time);
    expect(early[1] === date ? early[1] : late[1]).toBe(date);
  });

  test('is refused for whoever may not render', async () => {
    await save({ content: 'Hello.' });
    const tokens = {
      user,
      model: models.positive.token,
      admin,
      'service without a scope': await stack.platform.token('service'),
      'service with another scope': await stack.platform.token('service', undefined, { scope: 'auto-replies:write' }),
      'service with a longer scope': await stack.platform.token('service', undefined, { scope: 'mood:render-all mood' }),
      'user with the scope': await stack.platform.token('user', undefined, { scope: 'mood:render' }),
    };
    for (const [who, token] of Object.entries(tokens)) {
      const { status, body } = await render({}, token);
      expect([who, status, body.error]).toEqual([who, 403, 'UNAUTHORIZED']);
    }
    const { status } = await stack.api.call('POST', renderPath, { json: { modelId: models.positive.id, templateType: 'greeting' } });
    expect(status).toBe(401);
  });
});

describe('a message that lacks a value', () => {
  test('is refused, and the answer names each one once', async () => {
    await save({ content: '{{userName}}: {{amount}}, {{tier}}, {{customMessage}}, {{userName}}, {{time}}' });
    const { status, body, headers } = await render();
    expect([status, body.error]).toEqual([422, 'TEMPLATE_RENDER_FAILED']);
    expect(body.message).toContain('not known: userName, amount, tier, customMessage.');
    expect(headers.has('mood-template-id')).toBe(false);
    const { body: less } = await render({ userTier: 'free', variables: { userName: 'John', customMessage: 'Hey' } });
    expect(less.message).toContain('not known: amount.');
  });

  test('has the fallback where there is one', async () => {
    await save({ content: 'Hi {{userName|dear guest}}{{tier|}}, {{customMessage| $& {x} }}' });
    expect((await render()).body.renderedMessage).toBe('Hi dear guest, $& {x}');
    expect((await render({ userTier: 'gold', variables: { userName: '0' } })).body.renderedMessage).toBe('Hi 0gold, $& {x}');
  });

  test.each(['', ' ', '<b></b>', '\u200B', '\0'])('counts the value %j, which has nothing to show, as not given', async (userName) => {
    const { id } = await save({ content: 'Hi {{userName|there}}' });
    expect((await render({ variables: { userName } })).body.renderedMessage).toBe('Hi there');
    await save({ id, content: 'Hi {{userName}}' });
    expect((await render({ variables: { userName } })).status).toBe(422);
  });

  test('is refused when nothing would be left to show', async () => {
    await save({ content: '{{userName|}}' });
    const { status, body } = await render();
    expect([status, body.error, body.message]).toEqual([422, 'TEMPLATE_RENDER_FAILED', expect.stringContaining('empty')]);
  });
});

describe('a hostile value', () => {
  test.each([
    ['{{amount}}', '{{amount}}'],
    ['{{userName}}', '{{userName}}'],
    ['{{userName|x}}', '{{userName|x}}'],
    ['}}{{', '}}{{'],
    ['$&', '$&'],
    ['$1', '$1'],
    ["$$ $` $'", "$$ $` $'"],
    ['{{constructor}}', '{{constructor}}'],
    ['{{__proto__}}', '{{__proto__}}'],
    ['%s %d \\u0041', '%s %d \\u0041'],
    ["'; DROP TABLE mood_messaging_templates; --", "'; DROP TABLE mood_messaging_templates; --"],
    ['I <3 you & me', 'I <3 you & me'],
    ['<script>alert(1)</script>Jo', 'Jo'],
    ['<img src=x onerror=alert(1)>Jo', 'Jo'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;Jo', 'Jo'],
    ['&amp;lt;img src=x onerror=alert(1)&amp;gt;Jo', 'Jo'],
    ['&#60;img src=x&#62;Jo', 'Jo'],
    ['Jo\u202Ehn\u2066', 'John'],
    ['Jo\0hn', 'John'],
    ['Jo\r\n\thn\u0007\u001B', 'John'],
    ['Jo\uD83Dhn\uDC00', 'John'],
    ['x'.repeat(1_000), 'x'.repeat(1_000)],
    ['😊'.repeat(1_000), '😊'.repeat(1_000)],
  ])('is inert (%#: %j)', async (userName, shown) => {
    await save({ content: '[{{userName}}] {{amount|none}}' });
    const { status, body } = await render({ variables: { userName } });
    expect([status, body]).toEqual([200, { renderedMessage: `[${shown}] none`, moodState: 'positive' }]);
  });

  test('that is null counts as not given', async () => {
    await save({ content: '[{{userName|none}}] {{amount|none}} {{tier}}' });
    const { status, body } = await render({ userTier: 'gold', variables: { userName: null, amount: null, tier: null } });
    expect([status, body.renderedMessage]).toEqual([200, '[none] none gold']);
  });

  test('cannot form a tag with its neighbours', async () => {
    await save({ content: '{{mood}}{{userName}}' });
    const { body } = await render({ variables: { mood: '<', userName: 'img src=x onerror=alert(1)>' } });
    expect(body.renderedMessage).toBe('img src=x onerror=alert(1)>');
  });

  test.each([
    ['of 1,001 characters', { userName: 'x'.repeat(1_001) }],
    ['of 1,001 emoji', { userName: '😊'.repeat(1_001) }],
    ['true', { amount: true }],
    ['a list', { amount: [50] }],
    ['an object', { userName: { toString: 'x' } }],
  ])('%s is refused', async (_what, variables) => {
    await save({ content: '[{{userName|none}}] {{amount|none}}' });
    const { status, body } = await render({ variables });
    expect([status, body.error, body.message]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('variables.')]);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'username', 'userName ', 'nickName', ''])(
    'under the name %j, which is no variable, is refused',
    async (name) => {
      await save({ content: 'Hi {{userName|there}}' });
      const { status, body } = await render({ variables: { [name]: 'x' } });
      expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
    },
  );

  test('under the name __proto__ is refused, and gives nobody anything', async () => {
    await save({ content: 'Hi {{userName|there}}' });
    const raw = `{"modelId":"${models.positive.id}","templateType":"greeting","variables":{"__proto__":{"userName":"polluted"}}}`;
    const { status, body } = await stack.api.call('POST', renderPath, { token: service, raw });
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
    expect((await render()).body.renderedMessage).toBe('Hi there');
  });

  test.each([
    ['a time zone that does not exist', { timeZone: 'Mars/Olympus' }],
    ['an empty time zone', { timeZone: '' }],
    ['an endless time zone', { timeZone: 'x'.repeat(65) }],
    ['a time zone with a NUL', { timeZone: 'UTC\0' }],
    ['a locale that is none', { locale: 'not a locale' }],
    ['a locale that is a number', { locale: 7 }],
    ['a locale with a NUL', { locale: 'en\0' }],
    ['a type that does not exist', { templateType: 'welcome' }],
    ['a tier that does not exist', { userTier: 'diamond' }],
    ['a model that is no UUID', { modelId: 'sophia' }],
    ['no model', { modelId: undefined }],
    ['a user that is no UUID', { userId: "' OR 1=1" }],
    ['variables that are a list', { variables: ['John'] }],
    ['variables that are a text', { variables: 'John' }],
    ['an unknown key', { moodState: 'negative' }],
    ['explain', { explain: 'true' }],
  ])('(%s) is refused', async (_what, wrong) => {
    await save({ content: 'Hello at {{time}}.' });
    const { status, body } = await render(wrong);
    expect([status, body]).toEqual([400, { error: 'INVALID_REQUEST', message: expect.stringMatching(/.{10}/) }]);
  });

  test('of 10 MB is refused, and the API lives on', async () => {
    await save({ content: 'Hi {{userName|there}}' });
    for (let time = 0; time < 5; time++) {
      const { status, body } = await render({ variables: { userName: '{{userName}}<b>'.repeat(700_000) } });
      expect([status, body.error, body.message]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('larger than')]);
    }
    expect((await render()).body.renderedMessage).toBe('Hi there');
  });
});

describe('while the Performer Service is down', () => {
  beforeAll(async () => {
    // A new process remembers nobody's name.
    await stack.apiProcess.stop();
    await stack.restartApi();
    await stack.platform.setFault('performers', 'error');
  });
  afterAll(() => stack.platform.setFault('performers', 'ok'));

  test('a message takes the fallback for the model’s name', async () => {
    await save({ content: 'Yours, {{modelName|me}}' });
    const { status, body } = await render();
    expect([status, body.renderedMessage]).toEqual([200, 'Yours, me']);
  });

  test('a message that needs the name is refused as one that lacks a value', async () => {
    await save({ content: 'Yours, {{modelName}}' });
    const { status, body } = await render();
    expect([status, body.error, body.message]).toEqual([422, 'TEMPLATE_RENDER_FAILED', expect.stringContaining('modelName')]);
    expect((await render({ variables: { modelName: 'Sofie' } })).body.renderedMessage).toBe('Yours, Sofie');
  });

  test('a message without the name is as ever', async () => {
    await save({ content: 'Hello.' });
    expect((await render()).body.renderedMessage).toBe('Hello.');
    expect(await contentFor()).toBe('Hello.');
  });

  test('a name that was asked for before is still known', async () => {
    await save({ content: 'Yours, {{modelName|me}}' });
    await stack.platform.setFault('performers', 'ok');
    const before = await render();
    await stack.platform.setFault('performers', 'error');
    expect(before.body.renderedMessage).not.toBe('Yours, me');
    expect((await render()).body).toEqual(before.body);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';
import { saveTemplate } from '@mood/testing/templates';

const env = { CONTENT_LISTED_WORDS: 'zaubertrank' };
const adminId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const unknownId = '0198c5a0-7a3f-7c11-9d2e-000000000000';
const path = '/api/v1/admin/mood/template';
const listPath = '/api/v1/admin/mood/templates';

let stack: Stack;
let admin: string;
let otherAdminId: string;
let otherAdmin: string;
let service: string;
let model: Model;

beforeAll(async () => {
  stack = await startStack({ env });
  otherAdminId = randomUUID();
  admin = await stack.platform.token('admin', adminId);
  otherAdmin = await stack.platform.token('admin', otherAdminId);
  service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
  model = await stack.createModel();
  const { status } = await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token);
  expect(status).toBe(200);
});
afterAll(() => stack.stop());

const greeting = { moodState: 'positive', templateType: 'greeting', content: 'Hi {{userName|there}}!' };
const defaults = { tierLevel: null, priority: 100, active: true, locale: null, experiment: null, weight: 1 };

const post = (body: object, token = admin): Promise<Answer> => stack.api.post(path, body, token);
const read = (id: string): Promise<Answer> => stack.api.get(`${path}/${id}`, admin);
const create = (draft: object = {}) => saveTemplate(stack, admin, { ...greeting, ...draft });

async function versionsOf(id: string, query = 'limit=100'): Promise<Answer['body'][]> {
  const { status, body } = await stack.api.get(`${path}/${id}/versions?${query}`, admin);
  expect(status).toBe(200);
  return body.versions;
}

/** Everything that a change of templates could touch, as one text. */
async function stored(from: Stack = stack): Promise<string> {
  const rows = await from.database.query<{ found: string }>(
    `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t.id)) || ' ' || (SELECT count(*) FROM mood_template_versions) AS found
     FROM mood_messaging_templates t`,
  );
  return rows[0]?.found ?? '';
}

/** Holds that a request is refused, with this code, and that nothing is written. */
async function expectRefused(request: () => Promise<Answer>, status: number, error: string): Promise<string> {
  const before = await stored();
  const answer = await request();
  expect([answer.status, answer.body]).toEqual([status, { error, message: expect.stringMatching(/.{10}/) }]);
  expect(await stored()).toBe(before);
  return answer.body.message;
}

describe('a new template', () => {
  test('is answered as stored, with its defaults, and who made it when', async () => {
    const before = Date.now();
    const { status, body } = await post(greeting);
    expect([status, body]).toEqual([
      200,
      {
        id: expect.any(String),
        ...greeting,
        ...defaults,
        variables: ['userName'],
        neverUsable: null,
        hints: [],
        version: 1,
        createdAt: expect.any(String),
        createdBy: adminId,
        updatedAt: body.createdAt,
      },
    ]);
    expect(Date.parse(body.createdAt)).toBeGreaterThanOrEqual(before - 1_000);
    expect(Date.parse(body.createdAt)).toBeLessThanOrEqual(Date.now() + 1_000);
    expect((await read(body.id)).body).toEqual(body);
    expect((await read(body.id.toUpperCase())).body).toEqual(body);
  });

  test('has every field as given', async () => {
    const draft = {
      moodState: 'negative',
      templateType: 'tip_thank_you',
      tierLevel: 'platinum',
      content: 'Thanks for {{currency}}{{amount}}.\n{{userName|You}} & me <3 💎',
      priority: -2_147_483_647,
      active: false,
      locale: 'fr-CA',
      experiment: 'a.Name_of-60',
      weight: 1_000,
    };
    const { body } = await post({ ...draft, locale: 'fr-ca' });
    expect(body).toMatchObject({ ...draft, variables: ['currency', 'amount', 'userName'] });
  });

  test('is made by administrators only', async () => {
    const tokens = { user: await stack.platform.token('user'), model: model.token, service };
    for (const token of Object.values(tokens)) {
      for (const body of [greeting, {}]) await expectRefused(() => post(body, token), 403, 'UNAUTHORIZED');
    }
    await expectRefused(() => stack.api.call('POST', path, { json: greeting }), 401, 'UNAUTHORIZED');
  });
});

describe('an update', () => {
  test('replaces the whole template as a new version, and keeps who made it and when', async () => {
    const full = { tierLevel: 'gold', priority: 7, active: false, locale: 'fr', experiment: 'whole', weight: 9 };
    const first = (await post({ ...greeting, ...full })).body;
    const changed = { id: first.id, moodState: 'neutral', templateType: 'farewell', content: 'Bye {{modelName|me}}.' };
    const { status, body } = await post({ ...changed, version: 1, reason: 'a calmer one' }, otherAdmin);
    expect([status, body]).toEqual([
      200,
      { ...first, ...defaults, ...changed, variables: ['modelName'], version: 2, updatedAt: expect.any(String) },
    ]);
    expect(body).toMatchObject({ createdBy: adminId, createdAt: first.createdAt });
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
    expect((await read(first.id)).body).toEqual(body);
    const [second, oldest] = await versionsOf(first.id);
    expect(second).toMatchObject({ version: 2, changedBy: otherAdminId, reason: 'a calmer one', content: changed.content, ...defaults });
    expect(oldest).toMatchObject({ version: 1, changedBy: adminId, reason: null, content: greeting.content, ...full });
  });

  test('of a version that is no longer current is refused, and names the one that is', async () => {
    const { id } = await create();
    expect((await post({ ...greeting, id, version: 1, content: 'The first change.' })).body.version).toBe(2);
    const stale = { ...greeting, id, version: 1, content: 'The second change.' };
    const message = await expectRefused(() => post(stale, otherAdmin), 409, 'VERSION_CONFLICT');
    expect(message).toContain('version 2 is current');
    await expectRefused(() => post({ ...stale, version: 3 }), 409, 'VERSION_CONFLICT');
    expect((await read(id)).body).toMatchObject({ version: 2, content: 'The first change.' });
    expect(await versionsOf(id)).toHaveLength(2);
  });

  test('without a version applies to whatever is current', async () => {
    const { id } = await create();
    for (const [version, content] of [
      [2, 'One change.'],
      [3, 'Another change.'],
    ] as const) {
      expect((await post({ ...greeting, id, content })).body).toMatchObject({ id, version, content });
    }
  });

  test.each<[what: string, stored: object, sent: object]>([
    ['the same again', {}, {}],
    ['the same with its version', {}, { version: 1 }],
    ['the same with a reason', {}, { reason: 'to be sure' }],
    ['the defaults written out', {}, defaults],
    ['the defaults left out', defaults, {}],
    ['other line ends', { content: 'Hi\nthere' }, { content: 'Hi\r\nthere' }],
    ['another normal form', { content: 'Caf\u00E9' }, { content: 'Cafe\u0301' }],
    ['a locale in another case', { locale: 'fr-CA' }, { locale: 'FR-ca' }],
    ['every field', { ...defaults, tierLevel: 'gold', priority: -1, active: false, locale: 'de', experiment: 'e', weight: 9 }, {}],
    ['an emoji and a variable', { content: '👩‍❤️‍👩 {{amount|-}}' }, {}],
  ])('that changes nothing makes no version: %s', async (_what, stored, sent) => {
    const first = (await post({ ...greeting, ...stored })).body;
    const { status, body } = await post({ ...greeting, ...stored, ...sent, id: first.id }, otherAdmin);
    expect([status, body]).toEqual([200, first]);
    expect((await read(first.id)).body).toEqual(first);
    expect(await versionsOf(first.id)).toHaveLength(1);
  });

  test.each([
    ['moodState', 'neutral'],
    ['templateType', 'farewell'],
    ['tierLevel', 'free'],
    ['content', 'Hi {{userName|there}}! '],
    ['content', 'hi {{userName|there}}!'],
    ['priority', 101],
    ['active', false],
    ['locale', 'en'],
    ['experiment', 'e'],
    ['weight', 2],
  ])('that changes %s to %j alone makes one', async (field, value) => {
    const { id } = await create();
    expect((await post({ ...greeting, id, version: 1, [field]: value })).body).toMatchObject({ version: 2, [field]: value });
    expect(await versionsOf(id)).toHaveLength(2);
  });

  test('of an old version is refused also when it would change nothing', async () => {
    const { id } = await create();
    await create({ id, content: 'Hello!' });
    await expectRefused(() => post({ ...greeting, id, version: 1, content: 'Hello!' }), 409, 'VERSION_CONFLICT');
  });

  test('that many send at once makes one version', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post({ ...greeting, id, content: 'Hello!' })));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.version} ${body.updatedAt}`)).size).toBe(1);
    expect(await versionsOf(id)).toHaveLength(2);
  });

  test('of a template that is not there is refused', async () => {
    for (const more of [{}, { version: 1 }]) {
      await expectRefused(() => post({ ...greeting, id: unknownId, ...more }), 404, 'TEMPLATE_NOT_FOUND');
    }
    const { status, body } = await read(unknownId);
    expect([status, body.error]).toEqual([404, 'TEMPLATE_NOT_FOUND']);
  });

  test('that is refused leaves the template as it was', async () => {
    const { id } = await create();
    await expectRefused(() => post({ ...greeting, id, content: 'Hi {{nickName}}' }), 400, 'INVALID_TEMPLATE');
  });
});

describe('a template that is refused', () => {
  test.each([
    ['an unknown variable', 'Hi\n😊😊 {{nickName}}', 2, 4, 'There is no variable "nickName"'],
    ['an inherited property as variable', '{{constructor}}', 1, 1, 'There is no variable "constructor"'],
    ['a variable in another case', 'Hi {{username}}', 1, 4, 'There is no variable "username"'],
    ['braces without a name', '{{}}', 1, 1, 'There is no variable name'],
    ['braces that are never closed', 'one\ntwo\nthree {{userName', 3, 7, 'never closed'],
    ['an e-mail address', 'Hello,\nwrite to joe@mail.com', 2, 10, 'an e-mail address'],
    ['a phone number', 'Call\n+49 171 1234567', 2, 1, 'a phone number'],
    ['a link', 'See https://example.com/x', 1, 5, 'a link'],
    ['a listed word', 'One\ntwo\nmy Zaubertrank', 3, 4, 'a word that the platform does not allow'],
    ['a tag', 'a\n😊 <b>bold</b>', 2, 3, 'HTML'],
    ['a script', '<script>alert(1)</script>', 1, 1, 'HTML'],
    ['an encoded tag', 'fish & chips &lt;script&gt;', 1, 14, 'HTML'],
    ['a tag in a fallback', 'Hi {{userName|<b>you</b>}}', 1, 15, 'HTML'],
    ['a NUL', 'a\nb\0', 2, 2, 'control'],
    ['a direction mark', 'a\u202Eb', 1, 2, 'direction'],
    ['half an emoji', 'ab\uD83D', 1, 3, 'invisible'],
    ['2,001 characters', 'x'.repeat(2_001), 1, 1, 'has 2001 characters'],
    ['20,000 characters', 'x'.repeat(20_000), 1, 1, 'at most 2000'],
    ['no text', '', 1, 1, 'empty'],
    ['white space', ' \n\t ', 1, 1, 'empty'],
  ])('for %s is told where it is and what to do', async (_what, content, line, column, words) => {
    const message = await expectRefused(() => post({ ...greeting, content }), 400, 'INVALID_TEMPLATE');
    expect(message).toContain(`Line ${line}, column ${column}: `);
    expect(message).toContain(words);
  });

  test('is told every problem, in the order of their places', async () => {
    const message = await expectRefused(
      () => post({ ...greeting, content: '{{a}} <b>\njoe@mail.com {{userName' }),
      400,
      'INVALID_TEMPLATE',
    );
    expect(Array.from(message.matchAll(/Line (\d+), column (\d+)/g), ([, line, column]) => [line, column])).toEqual([
      ['1', '1'],
      ['1', '7'],
      ['2', '1'],
      ['2', '14'],
    ]);
  });

  test.each([
    ['content', 7, 'INVALID_TEMPLATE'],
    ['content', null, 'INVALID_TEMPLATE'],
    ['content', undefined, 'INVALID_TEMPLATE'],
    ['content', ['Hi'], 'INVALID_TEMPLATE'],
    ['moodState', 'happy', 'INVALID_MOOD_STATE'],
    ['moodState', 'POSITIVE', 'INVALID_MOOD_STATE'],
    ['moodState', null, 'INVALID_MOOD_STATE'],
    ['moodState', undefined, 'INVALID_MOOD_STATE'],
    ['moodState', 'constructor', 'INVALID_MOOD_STATE'],
    ['templateType', 'welcome', 'INVALID_REQUEST'],
    ['templateType', undefined, 'INVALID_REQUEST'],
    ['tierLevel', 'diamond', 'INVALID_REQUEST'],
    ['tierLevel', '', 'INVALID_REQUEST'],
    ['priority', 1.5, 'INVALID_REQUEST'],
    ['priority', '5', 'INVALID_REQUEST'],
    ['priority', 2_147_483_648, 'INVALID_REQUEST'],
    ['priority', true, 'INVALID_REQUEST'],
    ['active', 'yes', 'INVALID_REQUEST'],
    ['active', 1, 'INVALID_REQUEST'],
    ['locale', 'in English', 'INVALID_REQUEST'],
    ['locale', '', 'INVALID_REQUEST'],
    ['locale', 'en\0', 'INVALID_REQUEST'],
    ['experiment', '', 'INVALID_REQUEST'],
    ['experiment', 'two words', 'INVALID_REQUEST'],
    ['experiment', 'x'.repeat(61), 'INVALID_REQUEST'],
    ['experiment', 'a\0b', 'INVALID_REQUEST'],
    ['experiment', 'a\n', 'INVALID_REQUEST'],
    ['weight', 0, 'INVALID_REQUEST'],
    ['weight', 1_001, 'INVALID_REQUEST'],
    ['weight', 1.5, 'INVALID_REQUEST'],
    ['id', 'one', 'INVALID_REQUEST'],
    ['id', true, 'INVALID_REQUEST'],
    ['version', 0, 'INVALID_REQUEST'],
    ['version', 1.5, 'INVALID_REQUEST'],
    ['version', '1', 'INVALID_REQUEST'],
    ['version', 4_294_967_296, 'INVALID_REQUEST'],
    ['reason', 'no', 'INVALID_REQUEST'],
    ['reason', '     ', 'INVALID_REQUEST'],
    ['reason', 'x'.repeat(501), 'INVALID_REQUEST'],
    ['reason', 'two\nlines', 'INVALID_REQUEST'],
    ['reason', 'because\0', 'INVALID_REQUEST'],
    ['reason', 'because\uD83D', 'INVALID_REQUEST'],
    ['createdBy', unknownId, 'INVALID_REQUEST'],
    ['variables', ['userName'], 'INVALID_REQUEST'],
    ['constructor', {}, 'INVALID_REQUEST'],
  ])('for %s = %j has a code of its own', async (field, value, code) => {
    const { id } = await create();
    const existing = field === 'version' ? { id } : {};
    await expectRefused(() => post({ ...greeting, ...existing, [field]: value }), 400, code);
  });

  test('for what is no template has an answer too', async () => {
    for (const raw of [
      '',
      'null',
      '[]',
      '"x"',
      '{',
      `{"moodState":"positive","templateType":"greeting","content":"Hi","__proto__":{"active":false}}`,
    ]) {
      await expectRefused(() => stack.api.call('POST', path, { token: admin, raw }), 400, 'INVALID_REQUEST');
    }
    await expectRefused(
      () => stack.api.call('POST', path, { token: admin, raw: JSON.stringify(greeting), headers: { 'content-type': 'text/plain' } }),
      415,
      'INVALID_REQUEST',
    );
  });
});

describe('the list of templates', () => {
  const experiment = 'list-of-templates';
  interface Row {
    id: string;
    moodState: string;
    templateType: string;
    tierLevel: string | null;
    active: boolean;
    locale: string | null;
  }
  /** In the order in which they were made. */
  const rows: Row[] = [];

  beforeAll(async () => {
    for (const moodState of ['neutral', 'negative']) {
      for (const templateType of ['greeting', 'farewell']) {
        for (const tierLevel of [null, 'gold', 'free']) {
          for (const active of [true, false]) {
            const locale = [null, 'fr', 'fr-CA'][rows.length % 3] ?? null;
            const draft = { moodState, templateType, tierLevel, active, locale };
            const { id } = await create({ ...draft, experiment, content: 'One of a list.' });
            rows.push({ id, ...draft });
          }
        }
      }
    }
  });

  async function list(query: string): Promise<Answer['body']> {
    const { status, body } = await stack.api.get(`${listPath}?${query}`, admin);
    expect([query, status]).toEqual([query, 200]);
    return body;
  }
  const idsOf = (page: { templates: { id: string }[] }) => page.templates.map(({ id }) => id);

  test.each<[query: string, fits: (row: Row) => boolean]>([
    ['', () => true],
    ['moodState=negative', ({ moodState }) => moodState === 'negative'],
    ['moodState=positive', () => false],
    ['templateType=farewell', ({ templateType }) => templateType === 'farewell'],
    ['tierLevel=gold', ({ tierLevel }) => tierLevel === 'gold'],
    ['tierLevel=none', ({ tierLevel }) => tierLevel === null],
    ['active=true', ({ active }) => active],
    ['active=false', ({ active }) => !active],
    ['locale=fr', ({ locale }) => locale === 'fr'],
    ['locale=fr-ca', ({ locale }) => locale === 'fr-CA'],
    ['locale=none', ({ locale }) => locale === null],
    ['moodState=neutral&active=true', (row) => row.moodState === 'neutral' && row.active],
    [
      'templateType=greeting&tierLevel=none&locale=none',
      (row) => row.templateType === 'greeting' && row.tierLevel === null && row.locale === null,
    ],
    [
      'moodState=neutral&templateType=farewell&tierLevel=free&active=false&locale=fr-CA',
      (row) =>
        row.moodState === 'neutral' && row.templateType === 'farewell' && row.tierLevel === 'free' && !row.active && row.locale === 'fr-CA',
    ],
  ])('filtered by “%s” has exactly those, newest first', async (query, fits) => {
    const page = await list(`experiment=${experiment}&${query}`);
    const expected = rows.filter(fits).map(({ id }) => id);
    expect(page).toMatchObject({ total: expected.length, limit: 100, offset: 0 });
    expect(idsOf(page)).toEqual(expected.toReversed());
  });

  test('without a filter has every template', async () => {
    const [found] = await stack.database.query<{ total: number }>(`SELECT count(*)::int AS total FROM mood_messaging_templates`);
    const { total, templates } = await list('limit=5');
    expect([total, templates.length]).toEqual([found?.total, 5]);
  });

  test('of an experiment that nobody runs is empty', async () => {
    for (const name of ['nothing', 'list-of-template', 'list_of-templates', experiment.toUpperCase()]) {
      expect(await list(`experiment=${name}`)).toEqual({ templates: [], total: 0, more: false, limit: 100, offset: 0 });
    }
  });

  test('shows each one as it is read alone, with what the contract names', async () => {
    const { templates } = await list(`experiment=${experiment}&limit=1`);
    expect(templates).toEqual([(await read(rows.at(-1)?.id ?? '')).body]);
    expect(Object.keys(templates[0])).toEqual(
      expect.arrayContaining(['id', 'moodState', 'templateType', 'tierLevel', 'content', 'priority', 'active', 'createdAt', 'updatedAt']),
    );
  });

  async function everyPage(query: string, limit: number): Promise<string[]> {
    const ids: string[] = [];
    for (let offset = 0; ; offset += limit) {
      const page = await list(`${query}&limit=${limit}&offset=${offset}`);
      ids.push(...idsOf(page));
      expect(page).toMatchObject({ limit, offset, more: ids.length < page.total });
      if (!page.more) return ids;
    }
  }

  test('comes in pages, each template on one', async () => {
    const expected = rows.map(({ id }) => id).toReversed();
    for (const limit of [1, 7, 24, 100]) expect(await everyPage(`experiment=${experiment}`, limit)).toEqual(expected);
    expect(await list(`experiment=${experiment}&offset=1000`)).toMatchObject({ templates: [], total: rows.length, more: false });
  });

  test('comes in pages also where many were made at the same moment', async () => {
    const templates = Array.from({ length: 40 }, (_, index) => ({
      ...greeting,
      active: false,
      experiment: 'same-moment',
      priority: index,
    }));
    expect((await importFile(templates)).status).toBe(200);
    const ids = await everyPage('experiment=same-moment', 7);
    expect([ids.length, new Set(ids).size]).toEqual([40, 40]);
    expect(ids).toEqual(idsOf(await list('experiment=same-moment')));
  });

  test('has up to a thousand on a page, and says whether there are more', async () => {
    const templates = Array.from({ length: 1_003 }, (_, index) => ({
      ...greeting,
      active: false,
      experiment: 'many',
      priority: index,
    }));
    expect((await importFile(templates)).status).toBe(200);
    const pages = await Promise.all(
      ['limit=1000', 'limit=1000&offset=1000', 'limit=1000&offset=3', 'limit=1000&offset=2', ''].map((page) =>
        list(`experiment=many&${page}`),
      ),
    );
    expect(pages.map((page) => [page.templates.length, page.total, page.more])).toEqual([
      [1_000, 1_003, true],
      [3, 1_003, false],
      [1_000, 1_003, false],
      [1_000, 1_003, true],
      [100, 1_003, true],
    ]);
    expect(new Set(pages.slice(0, 2).flatMap(idsOf)).size).toBe(1_003);
  });

  test('goes on where it was when an older template is changed', async () => {
    const first = idsOf(await list(`experiment=${experiment}&limit=12`));
    await post({ ...greeting, ...rows[0], experiment, content: 'Changed meanwhile.' });
    const second = idsOf(await list(`experiment=${experiment}&limit=12&offset=12`));
    expect([...first, ...second]).toEqual(rows.map(({ id }) => id).toReversed());
  });

  test.each([
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1.5',
    'limit=all',
    'limit=',
    'limit=5&limit=6',
    'offset=-1',
    'offset=x',
    'offset=2147483648',
    'moodState=happy',
    'moodState=none',
    'templateType=welcome',
    'tierLevel=diamond',
    'tierLevel=',
    'active=yes',
    'active=1',
    'locale=in_English',
    'locale=%00',
    'experiment=%00',
    'experiment=a%00b',
    'experiment=',
    'experiment=%25',
    "experiment=x'%20OR%20'1'='1",
    `experiment=${'x'.repeat(61)}`,
    'tier=gold',
    'moodState=neutral&moodState=positive',
  ])('with %s is refused', async (query) => {
    const { status, body } = await stack.api.get(`${listPath}?${query}`, admin);
    expect([status, body.error]).toEqual([400, query.startsWith('moodState=') ? 'INVALID_MOOD_STATE' : 'INVALID_REQUEST']);
  });

  test('is for administrators only', async () => {
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      expect((await stack.api.get(listPath, token)).status).toBe(403);
    }
    expect((await stack.api.get(listPath)).status).toBe(401);
  });
});

describe('the versions of a template', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await create({ content: 'Thank you very much!', priority: 100 }));
    await post({ ...greeting, id, content: 'Thank you so much!', priority: 200, tierLevel: 'gold' }, otherAdmin);
    await post({ ...greeting, id, content: 'Thank you so much!', priority: 200, tierLevel: 'gold', active: false, reason: 'a rest' });
  });

  const diff = (query: string) => stack.api.get(`${path}/${id}/diff?${query}`, admin);
  const rollBack = (body: object, of = id) => stack.api.post(`${path}/${of}/rollback`, body, admin);

  test('say what it was, who made it so, when and why', async () => {
    const { body } = await stack.api.get(`${path}/${id}/versions`, admin);
    expect(body).toEqual({
      versions: [
        {
          version: 3,
          changedBy: adminId,
          reason: 'a rest',
          content: 'Thank you so much!',
          priority: 200,
          tierLevel: 'gold',
          active: false,
        },
        { version: 2, changedBy: otherAdminId, reason: null, content: 'Thank you so much!', priority: 200, tierLevel: 'gold' },
        { version: 1, changedBy: adminId, reason: null, content: 'Thank you very much!' },
      ].map((version) => ({ ...greeting, ...defaults, ...version, changedAt: expect.any(String) })),
      total: 3,
      limit: 20,
      offset: 0,
    });
  });

  test('come in pages', async () => {
    const { body } = await stack.api.get(`${path}/${id}/versions?limit=1&offset=1`, admin);
    expect([body.versions.map(({ version }: { version: number }) => version), body.total]).toEqual([[2], 3]);
    for (const query of ['limit=0', 'limit=101', 'offset=-1', 'page=2']) {
      const refused = await stack.api.get(`${path}/${id}/versions?${query}`, admin);
      expect([query, refused.status, refused.body.error]).toEqual([query, 400, 'INVALID_REQUEST']);
    }
    const unknown = await stack.api.get(`${path}/${unknownId}/versions`, admin);
    expect([unknown.status, unknown.body.error]).toEqual([404, 'TEMPLATE_NOT_FOUND']);
  });

  test('can be compared, field by field and word by word', async () => {
    const { status, body } = await diff('from=1&to=3');
    expect(status).toBe(200);
    expect(body).toEqual({
      from: { version: 1, changedBy: adminId, reason: null, changedAt: expect.any(String) },
      to: { version: 3, changedBy: adminId, reason: 'a rest', changedAt: expect.any(String) },
      changes: expect.arrayContaining([
        { field: 'content', from: 'Thank you very much!', to: 'Thank you so much!' },
        { field: 'priority', from: 100, to: 200 },
        { field: 'tierLevel', from: null, to: 'gold' },
        { field: 'active', from: true, to: false },
      ]),
      contentParts: [
        { kind: 'same', text: 'Thank you ' },
        { kind: 'removed', text: 'very' },
        { kind: 'added', text: 'so' },
        { kind: 'same', text: ' much!' },
      ],
      text: expect.any(String),
    });
    expect(body.changes).toHaveLength(4);
    expect(body.text.split('\n')).toEqual([
      'Version 1 → 3',
      'tierLevel: none → gold',
      'content: Thank you [-very-]{+so+} much!',
      'priority: 100 → 200',
      'active: true → false',
    ]);
  });

  test('can be compared backwards, and with themselves', async () => {
    const { body: back } = await diff('from=3&to=2');
    expect([back.changes, back.contentParts]).toEqual([[{ field: 'active', from: false, to: true }], []]);
    const { body: same } = await diff('from=2&to=2');
    expect([same.changes, same.contentParts, same.text]).toEqual([[], [], 'Version 2 → 2\nNo difference.']);
  });

  test('that are not there cannot be compared', async () => {
    for (const query of ['from=1&to=4', 'from=2147483647&to=1']) {
      const { status, body } = await diff(query);
      expect([query, status, body.error]).toEqual([query, 404, 'TEMPLATE_NOT_FOUND']);
    }
    for (const query of [
      '',
      'from=1',
      'from=0&to=1',
      'from=1&to=x',
      'from=1&to=1.5',
      'from=1&to=2147483648',
      'from=1&to=2&x=1',
      'from=%00&to=1',
    ]) {
      const { status, body } = await diff(query);
      expect([query, status, body.error]).toEqual([query, 400, 'INVALID_REQUEST']);
    }
  });

  test('can be gone back to: the old one is appended as a new one, exactly', async () => {
    const created = (await read(id)).body;
    const { status, body } = await stack.api.post(`${path}/${id}/rollback`, { version: 1, reason: 'The new words confused.' }, otherAdmin);
    expect([status, body]).toEqual([
      200,
      { ...created, ...greeting, ...defaults, content: 'Thank you very much!', version: 4, updatedAt: expect.any(String) },
    ]);
    expect((await read(id)).body).toEqual(body);
    const versions = await versionsOf(id);
    expect(versions.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect(versions[0]).toMatchObject({ changedBy: otherAdminId, reason: 'The new words confused.' });
    expect((await diff('from=1&to=4')).body.changes).toEqual([]);

    expect((await rollBack({ version: 3, reason: 'and forth again' })).body).toMatchObject({
      version: 5,
      content: 'Thank you so much!',
      priority: 200,
      tierLevel: 'gold',
      active: false,
    });
    expect((await rollBack({ version: 5, reason: 'to where it is' })).body).toMatchObject({ version: 5, active: false });
    expect((await rollBack({ version: 3, reason: 'to what equals it' })).body).toMatchObject({ version: 5, active: false });
    expect((await versionsOf(id)).map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });

  test.each([
    ['no reason', { version: 1 }],
    ['a reason of two characters', { version: 1, reason: 'no' }],
    ['a blank reason', { version: 1, reason: '      ' }],
    ['a reason of 501 characters', { version: 1, reason: 'x'.repeat(501) }],
    ['a reason with a NUL', { version: 1, reason: 'because\0' }],
    ['a reason of two lines', { version: 1, reason: 'because\nof it' }],
    ['no version', { reason: 'because' }],
    ['version 0', { version: 0, reason: 'because' }],
    ['a version that is a text', { version: '1', reason: 'because' }],
    ['a version beyond all numbers', { version: 2_147_483_648, reason: 'because' }],
    ['an unknown key', { version: 1, reason: 'because', content: 'Hi' }],
  ])('are not gone back to with %s', async (_what, body) => {
    await expectRefused(() => rollBack(body), 400, 'INVALID_REQUEST');
  });

  test('take a reason of 3 and of 500 characters', async () => {
    const { id: other } = await create();
    await create({ id: other, content: 'Hello!' });
    for (const [nth, reason] of ['why', '😊'.repeat(500)].entries()) {
      expect((await rollBack({ version: nth + 1, reason }, other)).status).toBe(200);
      expect((await versionsOf(other))[0].reason).toBe(reason);
    }
  });

  test('that are not there cannot be gone back to', async () => {
    await expectRefused(() => rollBack({ version: 99, reason: 'because' }), 404, 'TEMPLATE_NOT_FOUND');
    await expectRefused(() => rollBack({ version: 1, reason: 'because' }, unknownId), 404, 'TEMPLATE_NOT_FOUND');
    for (const wrong of ['one', '%00', "'%20OR%201=1"]) {
      const { status } = await stack.api.get(`${path}/${wrong}/versions`, admin);
      expect([wrong, status]).toEqual([wrong, 400]);
    }
  });

  test('are for administrators only', async () => {
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      expect((await stack.api.get(`${path}/${id}/versions`, token)).status).toBe(403);
      expect((await stack.api.get(`${path}/${id}/diff?from=1&to=2`, token)).status).toBe(403);
      await expectRefused(() => stack.api.post(`${path}/${id}/rollback`, { version: 1, reason: 'because' }, token), 403, 'UNAUTHORIZED');
    }
  });
});

describe('100 administrators who edit one template at once', () => {
  /** Marks that hold neither words nor numbers. */
  const letters = Array.from('bcdfghjklm');
  const marks = letters.flatMap((first) => letters.map((second) => `q${first}${second}`));

  /** As an editor does: reads, adds its mark, saves, and begins anew when somebody else was quicker. */
  async function addMark(id: string, mark: string, token: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { body: current } = await stack.api.get(`${path}/${id}`, token);
      const { content, version, priority } = current;
      const edited = { ...greeting, id, version, content: `${content} ${mark}`, priority: priority + 1 };
      const { status, body } = await post(edited, token);
      if (status === 200) {
        expect(body).toMatchObject({ content: edited.content, version: version + 1 });
        return attempt;
      }
      expect([status, body.error]).toEqual([409, 'VERSION_CONFLICT']);
    }
  }

  test('lose no edit, and leave versions without a gap', async () => {
    const { id } = await create({ content: 'Marks:', priority: 0, active: false });
    const editors = await Promise.all(
      marks.map(async (mark) => {
        const subject = randomUUID();
        return { mark, subject, token: await stack.platform.token('admin', subject) };
      }),
    );
    const attempts = await Promise.all(editors.map(({ mark, token }) => addMark(id, mark, token)));
    // They did get in each other's way.
    expect(Math.max(...attempts)).toBeGreaterThan(1);

    const first = await versionsOf(id, 'limit=100');
    const versions = [...first, ...(await versionsOf(id, 'limit=100&offset=100'))].toReversed();
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: marks.length + 1 }, (_, index) => index + 1));
    const markOf = new Map(editors.map(({ subject, mark }) => [subject, mark]));
    for (const [index, { changedBy, content }] of versions.slice(1).entries()) {
      expect(content).toBe(`${versions[index].content} ${markOf.get(changedBy)}`);
    }
    expect(new Set(versions.slice(1).map(({ changedBy }) => changedBy)).size).toBe(marks.length);

    const { body } = await read(id);
    expect(body).toMatchObject({ version: marks.length + 1, priority: marks.length, content: versions.at(-1).content, createdBy: adminId });
    expect(body.content.split(' ').slice(1).toSorted()).toEqual(marks.toSorted());
  });

  test('that do not say which version they edited all get one of their own', async () => {
    const { id } = await create({ active: false });
    const answers = await Promise.all(marks.slice(0, 30).map((mark) => post({ ...greeting, active: false, id, content: `Mark ${mark}` })));
    expect(answers.map(({ body }) => body.version).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 2));
    const versions = await versionsOf(id);
    for (const { body } of answers) expect(versions.find(({ version }) => version === body.version).content).toBe(body.content);
  });
});

describe('a preview', () => {
  const preview = (body: object): Promise<Answer> => stack.api.post(`${path}/preview`, body, admin);

  test('has sample values where none are given', async () => {
    const content = '{{userName}} ~ {{modelName}} ~ {{currency}}{{amount}} ~ {{mood}} ~ {{tier}} ~ {{customMessage}} ~ {{time}} ~ {{date}}';
    const { status, body } = await preview({ content, templateType: 'tip_thank_you' });
    expect(status).toBe(200);
    expect(body.text).toMatch(
      /^John123 ~ Sophia ~ \$50 ~ positive ~ gold ~ Feeling great today! ~ \d{1,2}:\d\d [AP]M ~ [A-Z][a-z]{2} \d{1,2}, \d{4}$/,
    );
    expect(body.variables).toEqual(['userName', 'modelName', 'currency', 'amount', 'mood', 'tier', 'customMessage', 'time', 'date']);
  });

  test('has the values that are given, as a user would see them', async () => {
    const { body } = await preview({
      content: '{{userName}}, {{mood}}, {{tier|no tier}}, {{amount}}, {{date}}',
      moodState: 'negative',
      templateType: 'tip_thank_you',
      userTier: 'platinum',
      variables: { userName: '<b>Jo</b> {{amount}}', amount: 12.5, date: 'today' },
    });
    expect(body.text).toBe('Jo {{amount}}, negative, platinum, 12.50, today');
  });

  test('warns of what saving refuses and hints at what may go wrong, each with its place', async () => {
    const { status, body } = await preview({ content: 'Hi {{userName}}\n<b>{{nickName}}</b> {{amount}}' });
    expect(status).toBe(200);
    expect(body.warnings).toEqual([
      { severity: 'hint', line: 1, column: 4, message: expect.stringContaining('{{userName|…}}') },
      { severity: 'error', line: 2, column: 1, message: expect.stringContaining('HTML') },
      { severity: 'error', line: 2, column: 4, message: expect.stringContaining('"nickName"') },
      { severity: 'hint', line: 2, column: 21, message: expect.stringContaining('Only tips have an amount') },
    ]);
    expect(body.text).not.toMatch(/<\/?b>/);
    expect((await preview({ content: 'Hi {{userName|there}}, {{mood}}' })).body.warnings).toEqual([]);
  });

  test.each([
    ['no text', ''],
    ['a NUL', 'a\0b'],
    ['half an emoji', 'a\uD83D'],
    ['too much text', 'x'.repeat(20_000)],
    ['a script', '<script>alert(1)</script>'],
    ['braces without end', '{{'.repeat(1_000)],
  ])('of %s is answered with an error in it', async (_what, content) => {
    const { status, body } = await preview({ content });
    expect([status, body.warnings[0].severity]).toEqual([200, 'error']);
    expect(body.text).not.toContain('<script');
    await expectRefused(() => post({ ...greeting, content }), 400, 'INVALID_TEMPLATE');
  });

  test.each([
    ['content', 7, 'INVALID_TEMPLATE'],
    ['content', undefined, 'INVALID_TEMPLATE'],
    ['moodState', 'happy', 'INVALID_MOOD_STATE'],
    ['templateType', 'welcome', 'INVALID_REQUEST'],
    ['userTier', 'diamond', 'INVALID_REQUEST'],
    ['variables', { nickName: 'x' }, 'INVALID_REQUEST'],
    ['variables', { userName: 'x'.repeat(1_001) }, 'INVALID_REQUEST'],
    ['locale', 'in English', 'INVALID_REQUEST'],
    ['timeZone', 'Mars/Olympus', 'INVALID_REQUEST'],
    ['priority', 5, 'INVALID_REQUEST'],
  ])('with %s = %j is refused', async (field, value, code) => {
    await expectRefused(() => preview({ content: 'Hi', [field]: value }), 400, code);
  });

  test('stores nothing', async () => {
    const before = await stored();
    await preview({ content: 'Hi {{userName}}' });
    expect(await stored()).toBe(before);
  });

  test('is for administrators only', async () => {
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      await expectRefused(() => stack.api.post(`${path}/preview`, { content: 'Hi' }, token), 403, 'UNAUTHORIZED');
    }
  });
});

function importFile(templates: unknown, { dryRun, to = stack }: { dryRun?: boolean; to?: Stack } = {}): Promise<Answer> {
  const query = dryRun === undefined ? '' : `?dryRun=${dryRun}`;
  return to.api.post(`${listPath}/import${query}`, { format: 'mood-templates/1', templates }, admin);
}

const counts = ({ dryRun, created, changed, left }: Record<string, unknown>) => ({ dryRun, created, changed, left });

describe('export and import', () => {
  const exportFrom = async (from: Stack) => (await from.api.get(`${listPath}/export`, await from.platform.token('admin'))).body;

  test('an export holds every template, oldest first, and is offered as a file', async () => {
    const { status, body, headers } = await stack.api.get(`${listPath}/export`, admin);
    expect([status, body.format]).toEqual([200, 'mood-templates/1']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="mood-templates-\d{4}-\d\d-\d\d\.json"$/);
    const found = await stack.database.query<{ id: string }>(`SELECT id FROM mood_messaging_templates ORDER BY created_at, id`);
    expect(body.templates.map(({ id }: { id: string }) => id)).toEqual(found.map(({ id }) => id));
    const refused = await stack.api.get(`${listPath}/export`, service);
    expect(refused.status).toBe(403);
  });

  test('the import of an export changes nothing', async () => {
    const file = await exportFrom(stack);
    const before = await stored();
    const { status, body } = await stack.api.post(`${listPath}/import`, file, admin);
    expect([status, counts(body)]).toEqual([200, { dryRun: false, created: 0, changed: 0, left: file.templates.length }]);
    expect(body.templates).toEqual(file.templates.map(({ id }: { id: string }) => ({ id, outcome: 'left' })));
    expect(await stored()).toBe(before);
  });

  test('an export makes another system equal, and its API uses it at once', async () => {
    await create({ content: 'A well-travelled hello.', priority: 50_000 });
    const file = await exportFrom(stack);
    const other = await startStack({ env });
    try {
      const token = await other.platform.token('admin', adminId);
      const { status, body } = await other.api.post(`${listPath}/import`, file, token);
      expect([status, body.created + body.left]).toEqual([200, file.templates.length]);
      expect(body.created).toBeGreaterThan(50);
      const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
      expect((await exportFrom(other)).templates.toSorted(byId)).toEqual(file.templates.toSorted(byId));

      const stranger = await other.createModel();
      await other.api.post('/api/v1/mood/update', { moodState: 'positive' }, stranger.token);
      const found = await other.api.get(`/api/v1/mood/template?modelId=${stranger.id}&templateType=greeting`, token);
      expect(found.body.template).toBe('A well-travelled hello.');
      const again = await other.api.post(`${listPath}/import`, file, token);
      expect(counts(again.body)).toEqual({ dryRun: false, created: 0, changed: 0, left: file.templates.length });
    } finally {
      await other.stop();
    }
  });

  test('what was changed after an export is as it was again, as a new version', async () => {
    const { id } = await create({ content: 'Before.', tierLevel: 'gold' });
    const file = await exportFrom(stack);
    await post({ ...greeting, id, content: 'After.' });
    const { body } = await stack.api.post(`${listPath}/import`, file, otherAdmin);
    expect(counts(body)).toEqual({ dryRun: false, created: 0, changed: 1, left: file.templates.length - 1 });
    const [latest] = await versionsOf(id);
    expect(latest).toMatchObject({ version: 3, content: 'Before.', tierLevel: 'gold', changedBy: otherAdminId, reason: 'import' });
  });

  test('a dry run says what would happen, and writes nothing', async () => {
    const same = await create({ active: false, content: 'The same.', experiment: 'dry-run' });
    const different = await create({ active: false, content: 'Different.', experiment: 'dry-run' });
    const row = { ...greeting, active: false, experiment: 'dry-run' };
    const rows = [
      { ...row, id: same.id, content: 'The same.' },
      { ...row, id: different.id, content: 'Very different.' },
      { ...row, content: 'Brand new.' },
      { ...row, content: 'The same.' },
      { ...row, id: randomUUID(), content: 'New, with an id.' },
    ];
    const outcomes = ['left', 'changed', 'created', 'left', 'created'];
    const before = await stored();
    const dry = await importFile(rows, { dryRun: true });
    expect([dry.status, counts(dry.body)]).toEqual([200, { dryRun: true, created: 2, changed: 1, left: 2 }]);
    expect(dry.body.templates.map(({ outcome }: { outcome: string }) => outcome)).toEqual(outcomes);
    expect(await stored()).toBe(before);

    const real = await importFile(rows);
    expect(counts(real.body)).toEqual({ dryRun: false, created: 2, changed: 1, left: 2 });
    expect(real.body.templates.map(({ outcome }: { outcome: string }) => outcome)).toEqual(outcomes);
    expect((await read(real.body.templates[2].id)).body).toMatchObject({ content: 'Brand new.', createdBy: adminId, version: 1 });
    expect(counts((await importFile(rows)).body)).toEqual({ dryRun: false, created: 0, changed: 0, left: 5 });
  });

  test.each([
    ['an unknown variable', { content: 'Hi\n{{nickName}}' }, 'Line 2, column 1'],
    ['a link', { content: 'See https://example.com' }, 'a link'],
    ['a tag', { content: 'Hi <b>you</b>' }, 'HTML'],
    ['a NUL', { content: 'Hi\0' }, 'Line 1, column 3'],
    ['no content', { content: undefined }, 'content'],
    ['a mood that does not exist', { moodState: 'happy' }, 'moodState'],
    ['a tier that does not exist', { tierLevel: 'diamond' }, 'tierLevel'],
    ['an unknown key', { createdBy: adminId }, 'createdBy'],
    ['a priority beyond all numbers', { priority: 1e12 }, 'priority'],
    ['an id that is none', { id: 'seven' }, 'id'],
  ])('a row with %s among good ones leaves nothing behind, and is named', async (_what, wrong, words) => {
    const rows: object[] = Array.from({ length: 600 }, (_, index) => ({ ...greeting, priority: index, active: false }));
    for (const dryRun of [true, false]) {
      const request = () => importFile(rows.with(567, { ...greeting, priority: 567, active: false, ...wrong }), { dryRun });
      const message = await expectRefused(request, 400, 'INVALID_TEMPLATE');
      expect(message).toContain('templates[567]');
      expect(message).toContain(words);
    }
  });

  test('two rows of one id are refused, and both are named', async () => {
    const id = randomUUID();
    const rows = [{ ...greeting, id }, greeting, { ...greeting, id: id.toUpperCase(), content: 'Another.' }];
    const message = await expectRefused(() => importFile(rows), 400, 'INVALID_TEMPLATE');
    expect(message).toContain('templates[2].id: templates[0] has the id');
  });

  test('10,001 templates are too many', async () => {
    const row = { ...greeting, content: 'Hi!' };
    const message = await expectRefused(() => importFile(Array.from({ length: 10_001 }, () => row)), 400, 'INVALID_TEMPLATE');
    expect(message).toContain('at most 10000 templates');
  });

  test('no template at all changes nothing', async () => {
    const before = await stored();
    expect(counts((await importFile([])).body)).toEqual({ dryRun: false, created: 0, changed: 0, left: 0 });
    expect(await stored()).toBe(before);
  });

  test.each([
    ['another format', { format: 'mood-templates/2', templates: [] }, 'INVALID_REQUEST'],
    ['no format', { templates: [] }, 'INVALID_REQUEST'],
    ['no templates', { format: 'mood-templates/1' }, 'INVALID_TEMPLATE'],
    ['templates that are no list', { format: 'mood-templates/1', templates: { 0: greeting } }, 'INVALID_TEMPLATE'],
    ['rows that are no objects', { format: 'mood-templates/1', templates: [null] }, 'INVALID_TEMPLATE'],
    ['a time that is none', { format: 'mood-templates/1', exportedAt: 'yesterday', templates: [] }, 'INVALID_REQUEST'],
    ['an unknown key', { format: 'mood-templates/1', templates: [], dryRun: true }, 'INVALID_REQUEST'],
    ['a list', [greeting], 'INVALID_REQUEST'],
  ])('a file with %s is refused', async (_what, file, code) => {
    await expectRefused(() => stack.api.post(`${listPath}/import`, file, admin), 400, code);
  });

  test('a dry run that is neither true nor false is refused', async () => {
    const file = { format: 'mood-templates/1', templates: [greeting] };
    for (const query of ['dryRun=yes', 'dryRun=', 'dryRun=true&dryRun=false', 'dryrun=true']) {
      await expectRefused(() => stack.api.post(`${listPath}/import?${query}`, file, admin), 400, 'INVALID_REQUEST');
    }
  });

  test('a file of more than 16 MiB is refused, and the API lives on', async () => {
    const content = 'x'.repeat(16 * 1_048_576);
    const message = await expectRefused(() => importFile([{ ...greeting, content }]), 400, 'INVALID_REQUEST');
    expect(message).toContain('larger than 16777216 bytes');
    expect((await importFile([])).status).toBe(200);
  });

  test('an import is for administrators only', async () => {
    const file = { format: 'mood-templates/1', templates: [greeting] };
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      await expectRefused(() => stack.api.post(`${listPath}/import`, file, token), 403, 'UNAUTHORIZED');
    }
  });
});

const renderGreeting = (variables: object = {}): Promise<Answer> =>
  stack.api.post('/api/v1/mood/template/render', { modelId: model.id, templateType: 'greeting', userTier: 'platinum', variables }, service);

describe('the usage of a template', () => {
  const usage = (id: string, query = '') => stack.api.get(`${path}/${id}/usage${query}`, admin);

  test('counts what was rendered and what could not be, per day', async () => {
    const { id } = await create({ tierLevel: 'platinum', priority: 60_000, content: 'Hi {{userName}}!' });
    expect((await usage(id)).body).toMatchObject({ templateId: id, total: { rendered: 0, sent: 0, failed: 0 }, days: [] });
    const today = new Date().toISOString().slice(0, 10);
    for (const variables of [{ userName: 'Jo' }, {}, { userName: 'Ann' }, { userName: 'Al' }, {}]) await renderGreeting(variables);
    await stack.api.get(`/api/v1/mood/template?modelId=${model.id}&templateType=greeting&userTier=platinum`, service);
    const { body } = await eventually(
      () => usage(id),
      ({ body: { total } }) => total.rendered >= 3 && total.failed >= 2,
      5_000,
    );
    expect(body.total).toEqual({ rendered: 3, sent: 0, failed: 2 });
    expect(body.days.length).toBeGreaterThanOrEqual(1);
    for (const { day } of body.days) expect([today, new Date().toISOString().slice(0, 10)]).toContain(day);

    const day = body.days[0].day;
    expect((await usage(id, `?from=${day}&to=${day}`)).body).toMatchObject({ from: day, to: day, days: [body.days[0]] });
    expect((await usage(id, '?from=2020-01-01&to=2020-12-31')).body).toMatchObject({
      total: { rendered: 0, sent: 0, failed: 0 },
      days: [],
    });
  });

  test('shows 30 days when nobody says how many', async () => {
    const { id } = await create({ active: false });
    expect((await usage(id, '?to=2026-03-01')).body).toMatchObject({ from: '2026-01-31', to: '2026-03-01' });
    expect((await usage(id, '?from=1970-01-01&to=9999-12-31')).status).toBe(200);
    expect((await usage(id, '?to=1970-01-01')).status).toBe(200);
  });

  test('is refused for days that cannot be', async () => {
    const { id } = await create({ active: false });
    for (const query of [
      '?from=2026-01-02&to=2026-01-01',
      '?from=9999-01-01',
      '?from=2026-02-30',
      '?from=2026-1-1',
      '?to=today',
      '?to=2026-01-01T00:00:00Z',
      '?from=0001-01-01',
      '?to=',
      '?to=%00',
      '?from=2026-01-01&from=2026-01-02',
      '?day=2026-01-01',
    ]) {
      const { status, body } = await usage(id, query);
      expect([query, status, body.error]).toEqual([query, 400, 'INVALID_REQUEST']);
    }
    const unknown = await usage(unknownId);
    expect([unknown.status, unknown.body.error]).toEqual([404, 'TEMPLATE_NOT_FOUND']);
    expect((await stack.api.get(`${path}/${id}/usage`, service)).status).toBe(403);
  });
});

describe('whoever changes a template', () => {
  test('has it in the next render', async () => {
    const draft = { ...greeting, tierLevel: 'platinum', priority: 70_000 };
    const { id } = await create({ ...draft, content: 'Words of the beginning.' });
    for (const [index, letter] of Array.from('abcdefghijklmnopqrst').entries()) {
      const content = `Words of ${letter}.`;
      await post({ ...draft, id, content });
      const { body, headers } = await renderGreeting();
      expect([body.renderedMessage, headers.get('mood-template-id'), headers.get('mood-template-version')]).toEqual([
        content,
        id,
        String(index + 2),
      ]);
    }
    await stack.api.post(`${path}/${id}/rollback`, { version: 1, reason: 'back to the beginning' }, admin);
    expect((await renderGreeting()).body.renderedMessage).toBe('Words of the beginning.');
    await importFile([{ ...draft, id, content: 'Words of a file.' }]);
    expect((await renderGreeting()).body.renderedMessage).toBe('Words of a file.');
    await post({ ...draft, id, content: 'Words of a file.', active: false });
    expect((await renderGreeting()).body.renderedMessage).not.toBe('Words of a file.');
  });
});

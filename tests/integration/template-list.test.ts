import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { templateListPath, greeting, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let importFile: TemplateDesk['importFile'];
let stack: TemplateDesk['stack'];
let admin: TemplateDesk['admin'];
let service: TemplateDesk['service'];
let model: TemplateDesk['model'];
let post: TemplateDesk['post'];
let read: TemplateDesk['read'];
let create: TemplateDesk['create'];

beforeAll(async () => {
  ({ importFile, stack, admin, service, model, post, read, create } = await openTemplateDesk());
});
afterAll(() => stack.stop());

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
    const { status, body } = await stack.api.get(`${templateListPath}?${query}`, admin);
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
      expect(await list(`experiment=${name}`)).toEqual({ templates: [], total: 0, more: false, nextCursor: null, limit: 100, offset: 0 });
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
    const byCursor: string[] = [];
    for (let cursor = ''; ;) {
      const page = await list(`experiment=same-moment&limit=7${cursor}`);
      byCursor.push(...idsOf(page));
      expect(page).toMatchObject({ total: 40, more: page.nextCursor !== null });
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(byCursor).toEqual(ids);
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
    const { status, body } = await stack.api.get(`${templateListPath}?${query}`, admin);
    expect([status, body.error]).toEqual([400, query.startsWith('moodState=') ? 'INVALID_MOOD_STATE' : 'INVALID_REQUEST']);
  });

  test('is for administrators only', async () => {
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      expect((await stack.api.get(templateListPath, token)).status).toBe(403);
    }
    expect((await stack.api.get(templateListPath)).status).toBe(401);
  });
});

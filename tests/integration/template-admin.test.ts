import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { templatePath, adminId, unknownId, greeting, templateDefaults, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let stack: TemplateDesk['stack'];
let otherAdmin: TemplateDesk['otherAdmin'];
let otherAdminId: TemplateDesk['otherAdminId'];
let service: TemplateDesk['service'];
let model: TemplateDesk['model'];
let post: TemplateDesk['post'];
let read: TemplateDesk['read'];
let create: TemplateDesk['create'];
let versionsOf: TemplateDesk['versionsOf'];
let expectRefused: TemplateDesk['expectRefused'];

beforeAll(async () => {
  ({ stack, otherAdmin, otherAdminId, service, model, post, read, create, versionsOf, expectRefused } = await openTemplateDesk());
});
afterAll(() => stack.stop());

describe('a new template', () => {
  test('is answered as stored, with its defaults, and who made it when', async () => {
    const before = Date.now();
    const { status, body } = await post(greeting);
    expect([status, body]).toEqual([
      200,
      {
        id: expect.any(String),
        ...greeting,
        ...templateDefaults,
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
    await expectRefused(() => stack.api.call('POST', templatePath, { json: greeting }), 401, 'UNAUTHORIZED');
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
      { ...first, ...templateDefaults, ...changed, variables: ['modelName'], version: 2, updatedAt: expect.any(String) },
    ]);
    expect(body).toMatchObject({ createdBy: adminId, createdAt: first.createdAt });
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
    expect((await read(first.id)).body).toEqual(body);
    const [second, oldest] = await versionsOf(first.id);
    expect(second).toMatchObject({
      version: 2,
      changedBy: otherAdminId,
      reason: 'a calmer one',
      content: changed.content,
      ...templateDefaults,
    });
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
    ['the templateDefaults written out', {}, templateDefaults],
    ['the templateDefaults left out', templateDefaults, {}],
    ['other line ends', { content: 'Hi\nthere' }, { content: 'Hi\r\nthere' }],
    ['another normal form', { content: 'Caf\u00E9' }, { content: 'Cafe\u0301' }],
    ['a locale in another case', { locale: 'fr-CA' }, { locale: 'FR-ca' }],
    ['every field', { ...templateDefaults, tierLevel: 'gold', priority: -1, active: false, locale: 'de', experiment: 'e', weight: 9 }, {}],
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

describe('100 administrators who edit one template at once', () => {
  /** Marks that hold neither words nor numbers. */
  const letters = Array.from('bcdfghjklm');
  const marks = letters.flatMap((first) => letters.map((second) => `q${first}${second}`));

  /** As an editor does: reads, adds its mark, saves, and begins anew when somebody else was quicker. */
  async function addMark(id: string, mark: string, token: string): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const { body: current } = await stack.api.get(`${templatePath}/${id}`, token);
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

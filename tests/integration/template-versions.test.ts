import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { templatePath, adminId, unknownId, greeting, templateDefaults, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let stack: TemplateDesk['stack'];
let admin: TemplateDesk['admin'];
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
  ({ stack, admin, otherAdmin, otherAdminId, service, model, post, read, create, versionsOf, expectRefused } = await openTemplateDesk());
});
afterAll(() => stack.stop());

describe('the versions of a template', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await create({ content: 'Thank you very much!', priority: 100 }));
    await post({ ...greeting, id, content: 'Thank you so much!', priority: 200, tierLevel: 'gold' }, otherAdmin);
    await post({ ...greeting, id, content: 'Thank you so much!', priority: 200, tierLevel: 'gold', active: false, reason: 'a rest' });
  });

  const diff = (query: string) => stack.api.get(`${templatePath}/${id}/diff?${query}`, admin);
  const rollBack = (body: object, of = id) => stack.api.post(`${templatePath}/${of}/rollback`, body, admin);

  test('say what it was, who made it so, when and why', async () => {
    const { body } = await stack.api.get(`${templatePath}/${id}/versions`, admin);
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
      ].map((version) => ({ ...greeting, ...templateDefaults, ...version, changedAt: expect.any(String) })),
      total: 3,
      limit: 20,
      offset: 0,
    });
  });

  test('come in pages', async () => {
    const { body } = await stack.api.get(`${templatePath}/${id}/versions?limit=1&offset=1`, admin);
    expect([body.versions.map(({ version }: { version: number }) => version), body.total]).toEqual([[2], 3]);
    for (const query of ['limit=0', 'limit=101', 'offset=-1', 'page=2']) {
      const refused = await stack.api.get(`${templatePath}/${id}/versions?${query}`, admin);
      expect([query, refused.status, refused.body.error]).toEqual([query, 400, 'INVALID_REQUEST']);
    }
    const unknown = await stack.api.get(`${templatePath}/${unknownId}/versions`, admin);
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
    const { status, body } = await stack.api.post(
      `${templatePath}/${id}/rollback`,
      { version: 1, reason: 'The new words confused.' },
      otherAdmin,
    );
    expect([status, body]).toEqual([
      200,
      { ...created, ...greeting, ...templateDefaults, content: 'Thank you very much!', version: 4, updatedAt: expect.any(String) },
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
      const { status } = await stack.api.get(`${templatePath}/${wrong}/versions`, admin);
      expect([wrong, status]).toEqual([wrong, 400]);
    }
  });

  test('are for administrators only', async () => {
    for (const token of [await stack.platform.token('user'), model.token, service]) {
      expect((await stack.api.get(`${templatePath}/${id}/versions`, token)).status).toBe(403);
      expect((await stack.api.get(`${templatePath}/${id}/diff?from=1&to=2`, token)).status).toBe(403);
      await expectRefused(
        () => stack.api.post(`${templatePath}/${id}/rollback`, { version: 1, reason: 'because' }, token),
        403,
        'UNAUTHORIZED',
      );
    }
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';
import { templateListPath, adminId, templateDeskEnv, greeting, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let importFile: TemplateDesk['importFile'];
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
let stored: TemplateDesk['stored'];
let expectRefused: TemplateDesk['expectRefused'];

beforeAll(async () => {
  ({ importFile, stack, admin, otherAdmin, otherAdminId, service, model, post, read, create, versionsOf, stored, expectRefused } =
    await openTemplateDesk());
});
afterAll(() => stack.stop());

const counts = ({ dryRun, created, changed, left }: Record<string, unknown>) => ({ dryRun, created, changed, left });

describe('export and import', () => {
  const exportFrom = async (from: Stack) => (await from.api.get(`${templateListPath}/export`, await from.platform.token('admin'))).body;

  test('an export holds every template, oldest first, and is offered as a file', async () => {
    const { status, body, headers } = await stack.api.get(`${templateListPath}/export`, admin);
    expect([status, body.format]).toEqual([200, 'mood-templates/1']);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="mood-templates-\d{4}-\d\d-\d\d\.json"$/);
    const found = await stack.database.query<{ id: string }>(`SELECT id FROM mood_messaging_templates ORDER BY created_at, id`);
    expect(body.templates.map(({ id }: { id: string }) => id)).toEqual(found.map(({ id }) => id));
    const refused = await stack.api.get(`${templateListPath}/export`, service);
    expect(refused.status).toBe(403);
  });

  test('the import of an export changes nothing', async () => {
    const file = await exportFrom(stack);
    const before = await stored();
    const { status, body } = await stack.api.post(`${templateListPath}/import`, file, admin);
    expect([status, counts(body)]).toEqual([200, { dryRun: false, created: 0, changed: 0, left: file.templates.length }]);
    expect(body.templates).toEqual(file.templates.map(({ id }: { id: string }) => ({ id, outcome: 'left' })));
    expect(await stored()).toBe(before);
  });

  test('an export makes another system equal, and its API uses it at once', async () => {
    await importFile(Array.from({ length: 60 }, (_, n) => ({ ...greeting, content: `Hello number ${n}.`, tierLevel: 'gold' })));
    await create({ content: 'A well-travelled hello.', priority: 50_000 });
    const file = await exportFrom(stack);
    const other = await startStack({ env: templateDeskEnv });
    try {
      const token = await other.platform.token('admin', adminId);
      const { status, body } = await other.api.post(`${templateListPath}/import`, file, token);
      expect([status, body.created + body.left]).toEqual([200, file.templates.length]);
      expect(body.created).toBeGreaterThan(50);
      const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
      expect((await exportFrom(other)).templates.toSorted(byId)).toEqual(file.templates.toSorted(byId));

      const stranger = await other.createModel();
      await other.api.post('/api/v1/mood/update', { moodState: 'positive' }, stranger.token);
      const found = await other.api.get(`/api/v1/mood/template?modelId=${stranger.id}&templateType=greeting`, token);
      expect(found.body.template).toBe('A well-travelled hello.');
      const again = await other.api.post(`${templateListPath}/import`, file, token);
      expect(counts(again.body)).toEqual({ dryRun: false, created: 0, changed: 0, left: file.templates.length });
    } finally {
      await other.stop();
    }
  });

  test('what was changed after an export is as it was again, as a new version', async () => {
    const { id } = await create({ content: 'Before.', tierLevel: 'gold' });
    const file = await exportFrom(stack);
    await post({ ...greeting, id, content: 'After.' });
    const { body } = await stack.api.post(`${templateListPath}/import`, file, otherAdmin);
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

  test('everything that is wrong with a file is said at once', async () => {
    const wrong = [{ ...greeting, priority: 'high', content: 'Hi {{nickName}}' }, greeting, { ...greeting, content: 'Hi <b>you</b>' }];
    const rows: object[] = [...wrong, []];
    const message = await expectRefused(() => importFile(rows), 400, 'INVALID_TEMPLATE');
    for (const place of ['templates[0].priority', 'templates[0].content', 'templates[2].content', 'templates[3]'])
      expect(message).toContain(place);
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
    await expectRefused(() => stack.api.post(`${templateListPath}/import`, file, admin), 400, code);
  });

  test('a dry run that is neither true nor false is refused', async () => {
    const file = { format: 'mood-templates/1', templates: [greeting] };
    for (const query of ['dryRun=yes', 'dryRun=', 'dryRun=true&dryRun=false', 'dryrun=true']) {
      await expectRefused(() => stack.api.post(`${templateListPath}/import?${query}`, file, admin), 400, 'INVALID_REQUEST');
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
      await expectRefused(() => stack.api.post(`${templateListPath}/import`, file, token), 403, 'UNAUTHORIZED');
    }
  });
});

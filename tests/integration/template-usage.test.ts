import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { templatePath, unknownId, greeting, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let importFile: TemplateDesk['importFile'];
let stack: TemplateDesk['stack'];
let admin: TemplateDesk['admin'];
let service: TemplateDesk['service'];
let model: TemplateDesk['model'];
let post: TemplateDesk['post'];
let create: TemplateDesk['create'];

beforeAll(async () => {
  ({ importFile, stack, admin, service, model, post, create } = await openTemplateDesk());
});
afterAll(() => stack.stop());

const renderGreeting = (variables: object = {}): Promise<Answer> =>
  stack.api.post('/api/v1/mood/template/render', { modelId: model.id, templateType: 'greeting', userTier: 'platinum', variables }, service);

describe('the usage of a template', () => {
  const usage = (id: string, query = '') => stack.api.get(`${templatePath}/${id}/usage${query}`, admin);

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
    expect((await stack.api.get(`${templatePath}/${id}/usage`, service)).status).toBe(403);
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
    await stack.api.post(`${templatePath}/${id}/rollback`, { version: 1, reason: 'back to the beginning' }, admin);
    expect((await renderGreeting()).body.renderedMessage).toBe('Words of the beginning.');
    await importFile([{ ...draft, id, content: 'Words of a file.' }]);
    expect((await renderGreeting()).body.renderedMessage).toBe('Words of a file.');
    await post({ ...draft, id, content: 'Words of a file.', active: false });
    expect((await renderGreeting()).body.renderedMessage).not.toBe('Words of a file.');
  });
});

describe('the reach of a draft', () => {
  const reach = (draft: object) => stack.api.post('/api/v1/admin/mood/templates/reach', draft, admin);

  test('is its share of last week’s messages, and says from which templates', async () => {
    const draft = { ...greeting, tierLevel: 'silver', locale: null, priority: 90_000 };
    const { id } = await create({ ...draft, priority: 80_000 });
    const group = (tier: string, template: string) => `greeting/${greeting.moodState}/${tier}//${template}/1`;
    await stack.database.query(
      `INSERT INTO analytics_counts (bucket_start, metric, group_key, n) VALUES (date_bin('15 minutes', now() - interval '2 days', 'epoch'), 'templates_rendered', $1, 30),
        (date_bin('15 minutes', now() - interval '8 days', 'epoch'), 'templates_rendered', $1, 500)`,
      [group('silver', id)],
    );
    const { status, body } = await reach(draft);
    expect([status, body]).toMatchObject([200, { won: 30, undecided: 0, from: [{ templateId: id, renders: 30 }] }]);
    expect(body.share).toBeCloseTo(30 / body.renders, 9);
    expect((await reach({ ...draft, priority: 1 })).body).toMatchObject({ won: 0, share: 0, from: [] });
    expect((await reach({ ...draft, id: unknownId })).body.error).toBe('TEMPLATE_NOT_FOUND');
    expect((await reach({ ...draft, content: '{{nobody}}' })).body.error).toBe('INVALID_TEMPLATE');
  });
});

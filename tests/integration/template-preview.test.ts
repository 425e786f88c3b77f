import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { templatePath, greeting, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let stack: TemplateDesk['stack'];
let admin: TemplateDesk['admin'];
let service: TemplateDesk['service'];
let model: TemplateDesk['model'];
let post: TemplateDesk['post'];
let stored: TemplateDesk['stored'];
let expectRefused: TemplateDesk['expectRefused'];

beforeAll(async () => {
  ({ stack, admin, service, model, post, stored, expectRefused } = await openTemplateDesk());
});
afterAll(() => stack.stop());

describe('a preview', () => {
  const preview = (body: object): Promise<Answer> => stack.api.post(`${templatePath}/preview`, body, admin);

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
      await expectRefused(() => stack.api.post(`${templatePath}/preview`, { content: 'Hi' }, token), 403, 'UNAUTHORIZED');
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { templatePath, unknownId, greeting, openTemplateDesk } from '@mood/testing/template-desk';
import type { TemplateDesk } from '@mood/testing/template-desk';

let stack: TemplateDesk['stack'];
let admin: TemplateDesk['admin'];
let post: TemplateDesk['post'];
let create: TemplateDesk['create'];
let expectRefused: TemplateDesk['expectRefused'];

beforeAll(async () => {
  ({ stack, admin, post, create, expectRefused } = await openTemplateDesk());
});
afterAll(() => stack.stop());

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
      await expectRefused(() => stack.api.call('POST', templatePath, { token: admin, raw }), 400, 'INVALID_REQUEST');
    }
    await expectRefused(
      () =>
        stack.api.call('POST', templatePath, { token: admin, raw: JSON.stringify(greeting), headers: { 'content-type': 'text/plain' } }),
      415,
      'INVALID_REQUEST',
    );
  });
});

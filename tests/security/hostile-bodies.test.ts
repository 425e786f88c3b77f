import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFragment } from 'parse5';
import type { Answer } from '@mood/testing/api-client';
import { count } from '@mood/testing/counts';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let model: Model;
beforeAll(async () => {
  stack = await startStack();
  model = await stack.createModel();
});
afterAll(() => stack.stop());

const update = '/api/v1/mood/update';
const send = (raw: string | Uint8Array<ArrayBuffer>): Promise<Answer> => stack.api.call('POST', update, { token: model.token, raw });

/** The rolling hour of a model allows 50 changes: a fresh one for every so many. */
const changesPerModel = 40;

/** Gives a model that has changes left, however often it is asked. */
function modelsWithoutEnd(): () => Promise<Model> {
  let used = changesPerModel;
  let current: Promise<Model>;
  return () => {
    if (used++ >= changesPerModel) {
      current = stack.createModel();
      used = 1;
    }
    return current;
  };
}

/** What a browser would make of a text that somebody puts into a page as HTML. */
function expectTextOnly(text: string): void {
  expect([text, parseFragment(text).childNodes.filter((node) => node.nodeName !== '#text')]).toEqual([text, []]);
}

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))));

describe('a body that is not an update', () => {
  test.each<[what: string, raw: string | Uint8Array<ArrayBuffer>, code: string]>([
    ['nothing at all', '', 'INVALID_REQUEST'],
    ['no JSON', 'moodState=positive', 'INVALID_REQUEST'],
    ['half of an object', '{"moodState":"positive"', 'INVALID_REQUEST'],
    ['an object and more', '{"moodState":"positive"} {}', 'INVALID_REQUEST'],
    ['null', 'null', 'INVALID_REQUEST'],
    ['a list', '[{"moodState":"positive"}]', 'INVALID_REQUEST'],
    ['a number', '1e999', 'INVALID_REQUEST'],
    ['a text', '"positive"', 'INVALID_REQUEST'],
    ['an empty object', '{}', 'INVALID_MOOD_STATE'],
    ['a list of moods', '{"moodState":["positive"]}', 'INVALID_MOOD_STATE'],
    ['a mood with the name of an inherited property', '{"moodState":"constructor"}', 'INVALID_MOOD_STATE'],
    ['a mood in capitals', '{"moodState":"POSITIVE"}', 'INVALID_MOOD_STATE'],
    ['a delay beyond all numbers', '{"moodState":"positive","responseDelay":1e999}', 'INVALID_RESPONSE_DELAY'],
    ['a delay that is a list', '{"moodState":"positive","responseDelay":[30]}', 'INVALID_RESPONSE_DELAY'],
    ['a message that is an object', '{"moodState":"positive","customMessage":{"toString":"x"}}', 'INVALID_CUSTOM_MESSAGE'],
    ['autoRespond as a number', '{"moodState":"positive","autoRespond":1}', 'INVALID_REQUEST'],
    ['an end that is a number', '{"moodState":"positive","expiresAt":4102444800000}', 'INVALID_EXPIRES_AT'],
    ['an end on a day that does not exist', '{"moodState":"positive","expiresAt":"2199-02-30T00:00:00Z"}', 'INVALID_EXPIRES_AT'],
    ['an unknown key', '{"moodState":"positive","isAdmin":true}', 'INVALID_REQUEST'],
    ['__proto__', '{"moodState":"positive","__proto__":{"autoRespond":true}}', 'INVALID_REQUEST'],
    ['__proto__ in place of the mood', '{"__proto__":{"moodState":"positive"}}', 'INVALID_MOOD_STATE'],
    ['constructor', '{"moodState":"positive","constructor":{"prototype":{"isAdmin":true}}}', 'INVALID_REQUEST'],
    ['hasOwnProperty', '{"moodState":"positive","hasOwnProperty":1}', 'INVALID_REQUEST'],
    ['10,000 lists in each other', '['.repeat(10_000) + ']'.repeat(10_000), 'INVALID_REQUEST'],
    [
      'a message 10,000 lists deep',
      `{"moodState":"positive","customMessage":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      'INVALID_CUSTOM_MESSAGE',
    ],
    ['5,000 unknown keys', `{"moodState":"positive",${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join(',')}}`, 'INVALID_REQUEST'],
    ['1 MB', `{"moodState":"positive","customMessage":"${'x'.repeat(1_048_576)}"}`, 'INVALID_REQUEST'],
    ['UTF-8 with a byte that cannot be', bytes('{"moodState":"positive","customMessage":"a', [0xff], 'b"}'), 'INVALID_REQUEST'],
    ['UTF-8 that ends too early', bytes('{"moodState":"positive","customMessage":"', [0xf0, 0x9f, 0x92], '"}'), 'INVALID_REQUEST'],
    ['UTF-8 of more bytes than needed', bytes('{"moodState":"positive","customMessage":"', [0xc0, 0xbc], 'b"}'), 'INVALID_REQUEST'],
    ['a surrogate in UTF-8', bytes('{"moodState":"positive","customMessage":"', [0xed, 0xa0, 0x80], '"}'), 'INVALID_REQUEST'],
    ['UTF-16', new Uint8Array(Buffer.from('{"moodState":"positive"}', 'utf16le')), 'INVALID_REQUEST'],
  ])('(%s) is refused, and changes nothing', async (_what, raw, code) => {
    const before = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
    const { status, body } = await send(raw);
    expect([status, body.error]).toEqual([400, code]);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body).toEqual(before.body);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'of the type %s is refused',
    async (type) => {
      const { status, body } = await stack.api.call('POST', update, {
        token: model.token,
        raw: '{"moodState":"positive"}',
        headers: { 'content-type': type },
      });
      expect([status, body.error]).toEqual([415, 'INVALID_REQUEST']);
    },
  );

  test.each([
    [update, undefined],
    ['/api/v1/mood/terms', undefined],
    ['/api/v1/mood/terms', ''],
  ])('is refused without a type, and not taken for none at all (POST %s, %p)', async (path, type) => {
    const [id = ''] = await stack.platform.createPerformers();
    const token = await stack.platform.token('model', id);
    const headers = { authorization: `Bearer ${token}`, ...(type !== undefined && { 'content-type': type }) };
    // The bytes of a text would get a type.
    const raw = new TextEncoder().encode('{"moodState":"positive","accept":false}');
    const answer = await fetch(stack.api.url + path, { method: 'POST', headers, body: raw });
    expect([answer.status, await answer.json()]).toEqual([
      415,
      { error: 'INVALID_REQUEST', message: expect.stringContaining('application/json') },
    ]);
    expect(await stack.database.query('SELECT 1 FROM mood_terms_acceptances WHERE model_id = $1', [id])).toEqual([]);
  });

  test('is refused as too large when it comes in chunks and never says how long it is', async () => {
    const { port } = new URL(stack.api.url);
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${model.token}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const outgoing = request({ host: '127.0.0.1', port, path: update, method: 'POST', headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => {
          outgoing.destroy();
          resolve({ status: response.statusCode, text });
        });
      });
      outgoing.once('error', reject);
      // It is never ended: the answer has to come before the rest.
      outgoing.write('{"moodState":"positive","customMessage":"');
      for (let i = 0; i < 16; i++) outgoing.write('x'.repeat(8_192));
    });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'INVALID_REQUEST']);
  });

  test('is refused as too large each time, and the API goes on', async () => {
    const big = `{"moodState":"positive","customMessage":"${'x'.repeat(1_048_576)}"}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(big)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).status).toBe(200);
  });

  test('is not read before the caller is known', async () => {
    const { status } = await stack.api.call('POST', update, { raw: '{'.repeat(10_000) });
    expect(status).toBe(401);
  });
});

describe('a custom message', () => {
  const change = (customMessage: string) => send(JSON.stringify({ moodState: 'positive', customMessage }));
  beforeAll(async () => {
    model = await stack.createModel();
  });

  test.each([
    ['a NUL character', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['an escape character', 'a\u001B[31mb'],
    ['a C1 control character', 'a\u0085b'],
    ['a mark that turns the direction', 'a\u202Eb'],
    ['an isolate of the other direction', 'a\u2067b'],
    ['a byte order mark', '\uFEFFa'],
    ['a line separator', 'a\u2028b'],
    ['a high surrogate alone', 'a\uD83D'],
    ['a low surrogate alone', '\uDC96a'],
    ['a noncharacter', 'a\uFFFFb'],
    ['a mark that is written as an entity', 'a&#x202E;b'],
    ['201 letters', 'x'.repeat(201)],
    ['201 emoji', '💖'.repeat(201)],
    ['201 code points, most of which would be dropped', `<b>${'<i>'.repeat(66)}`],
    ['60,000 letters', 'x'.repeat(60_000)],
  ])('with %s is refused', async (_what, customMessage) => {
    const { status, body } = await change(customMessage);
    expect([status, body.error]).toEqual([400, 'INVALID_CUSTOM_MESSAGE']);
  });

  test.each([
    ['as typed, though it looks like HTML', 'I <3 you & me', 'I <3 you & me'],
    ['as typed, with quotes', `"quoted" 'twice' \` back`, `"quoted" 'twice' \` back`],
    ['as typed, with 200 emoji', '💖'.repeat(200), '💖'.repeat(200)],
    ['as typed, with an emoji of many parts', '👩‍👩‍👧‍👦🏳️‍🌈', '👩‍👩‍👧‍👦🏳️‍🌈'],
    ['as typed, with what a template would fill', '{{userName}} ${x} $& %s', '{{userName}} ${x} $& %s'],
    ['as typed, with SQL', `'; DROP TABLE moods; --`, `'; DROP TABLE moods; --`],
    ['as typed, with the name of an inherited property', '__proto__', '__proto__'],
    ['without its tags', '<b>bold</b> mood', 'bold mood'],
    ['without a script', 'hi<script>alert(1)</script>', 'hi'],
    ['without a tag that is not closed', 'hi <img src=x onerror=alert(1)', 'hi'],
    ['as nothing, when there is nothing else', '<script></script>', null],
    ['as nothing, when nothing can be seen', ' \u200B\u200D ', null],
  ])('is kept %s', async (_how, customMessage, kept) => {
    const { status, body } = await change(customMessage);
    expect([status, body.customMessage]).toEqual([200, kept]);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).body.customMessage).toBe(kept);
  });

  test.each([
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;',
    '&#60;img src=x onerror=alert(1)&#62;',
    '&#x3c;svg/onload=alert(1)&#x3e;',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<<b>script>alert(1)<</b>/script>',
    '<svg/onload=alert(1)//',
    '<!--<img src=x onerror=alert(1)>',
    '<![CDATA[<b>x</b>]]>',
    '</textarea><script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
    '\uFF1Cscript\uFF1Ealert(1)',
  ])('leaves no tag of %s', async (customMessage) => {
    const { status } = await change(customMessage);
    expect(status).toBe(200);
    const { body } = await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
    expectTextOnly(body.customMessage ?? '');
    expect(body.customMessage ?? '').not.toMatch(/<[a-z/!?]|&lt;|&#/i);
  });
});

describe('a time at the edge of the calendar', () => {
  beforeAll(async () => {
    model = await stack.createModel();
  });

  test.each([
    ['9999-12-31T23:59:59.999Z', 200],
    ['9999-12-31T23:59:59-23:59', 400],
    ['0000-01-01T00:00:00Z', 400],
    ['0000-01-01T00:00:00+23:59', 400],
    ['+275760-09-13T00:00:00Z', 400],
    ['2199-01-01T24:00:00Z', 400],
    ['2199-01-02T18:00Z', 200],
    ['2199-01-02T18:00:00+0100', 200],
    ['2199-01-02t18:00:00,5+01', 200],
    ['2199-01-02T18:00', 400],
    ['2199-02-30T18:00Z', 400],
    ['2199-01-02', 400],
  ])('(%s) as the end of a mood is answered with %i', async (expiresAt, expected) => {
    const { status, body } = await send(JSON.stringify({ moodState: 'positive', expiresAt }));
    expect([status, body.error]).toEqual([expected, expected === 400 ? 'INVALID_EXPIRES_AT' : undefined]);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, model.token)).status).toBe(200);
  });

  test.each([
    ['9999-12-31T23:59:59.999Z', 202],
    ['9999-12-31T23:59:59-23:59', 400],
    ['0000-01-01T00:00:00Z', 202],
    ['0000-01-01T00:00:00+23:59', 400],
    ['0001-01-01T00:00:00Z', 202],
    ['1969-12-31T23:59:59.999Z', 202],
    ['2026-01-02T18:00Z', 202],
    ['2026-01-02t18:00:00.123456-0330', 202],
    ['2026-01-02T18:00:00+01', 202],
    ['2026-01-02 18:00:00Z', 400],
    ['2026-01-02T18:00:00', 400],
  ])('(%s) as the time of a message or an answer is answered with %i', async (time, expected) => {
    await stack.api.post(update, { moodState: 'positive', autoRespond: true, responseDelay: 300 }, model.token);
    const token = await stack.platform.token('service', undefined, { scope: 'auto-replies:write' });
    const ids = { conversationId: crypto.randomUUID(), modelId: model.id };
    const message = { ...ids, messageId: crypto.randomUUID(), userId: crypto.randomUUID(), senderType: 'user', automated: false };
    expect((await stack.api.post('/api/v1/auto-replies', { ...message, receivedAt: time }, token)).status).toBe(expected);
    expect((await stack.api.post('/api/v1/auto-replies/answered', { ...ids, answeredAt: time }, token)).status).toBe(expected);
  });
});

describe('whatever anybody sends', () => {
  const markup = fc.constantFrom(
    '<',
    '>',
    '&',
    '</',
    '<!--',
    '-->',
    '<![CDATA[',
    '<?',
    '&lt;',
    '&amp;',
    '&gt;',
    '&#60;',
    '&#x3c;',
    '&#0;',
    ';',
    '/',
    '"',
    "'",
    '=',
    ' ',
    'script',
    'img src=x onerror=alert(1)',
    'svg/onload=',
    'style',
    'textarea',
    'title',
    'plaintext',
    'b',
    'a',
    'math',
    'template',
    'alert(1)',
  );
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.oneof(markup, fc.string({ maxLength: 4 })), { maxLength: 14 }).map((parts) => parts.join('')) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 220 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
    },
  );
  const oftenRight = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });
  const nearlyAnUpdate = fc.record(
    {
      moodState: oftenRight(fc.constantFrom('positive', 'neutral', 'negative')),
      customMessage: oftenRight(fc.oneof(text, fc.constant(null))),
      autoRespond: oftenRight(fc.boolean()),
      responseDelay: oftenRight(fc.integer({ min: 0, max: 300 })),
      expiresAt: oftenRight(
        fc.date({ noInvalidDate: true, min: new Date('2199-01-01'), max: new Date('2999-01-01') }).map((date) => date.toISOString()),
      ),
    },
    { requiredKeys: ['moodState', 'customMessage'] },
  );
  const body = fc.oneof(
    { weight: 8, arbitrary: nearlyAnUpdate.map((value) => JSON.stringify(value)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(nearlyAnUpdate, fc.string(), fc.jsonValue())
        .map(([value, key, extra]) => JSON.stringify({ ...value, [key]: extra })),
    },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((array) => new Uint8Array(array)) },
  );

  test('is a good update or a bad request, and no message ever holds anything but text', async () => {
    const nextModel = modelsWithoutEnd();
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(body, async (raw) => {
        const { id, token } = await nextModel();
        const answer = await stack.api.call('POST', update, { token, raw });
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) return;
        const read = await stack.api.get(`/api/v1/mood/${id}`, token);
        expect(read.body).toEqual(answer.body);
        const stored: string = read.body.customMessage ?? '';
        expectTextOnly(stored);
        expect(Array.from(stored).length).toBeLessThanOrEqual(200);
      }),
      { numRuns: count(1_000, 150) },
    );
    // Both ways have to have been taken for the property to say anything.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(count(100, 15));
    expect(statuses.get(400) ?? 0).toBeGreaterThan(count(100, 15));
  });

  test('is refused with 429 when the model has made its 50 changes in the hour', async () => {
    const { token } = await stack.createModel();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => stack.api.post(update, { moodState: 'positive', customMessage: `<b>${i}</b>` }, token)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(50);
    expect(answers.filter(({ status, body }) => status === 429 && body.error === 'RATE_LIMIT_EXCEEDED').length).toBe(10);
    // What is no update at all is refused as such, also then.
    const { status, body } = await stack.api.post(update, { moodState: '<script>' }, token);
    expect([status, body.error]).toEqual([400, 'INVALID_MOOD_STATE']);
  });
});

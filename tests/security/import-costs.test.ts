import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { eventually } from '@mood/testing/eventually';
import { measureAgain } from '@mood/testing/measure-again';
import { openRawConnection } from '@mood/testing/raw-connection';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const path = '/api/v1/admin/mood/templates/import';
/** Milliseconds that nobody else may wait for somebody's import. */
const patience = 250;

let stack: Stack;
let admin: string;
let model: Model;
beforeAll(async () => {
  // The heap that `npm run api` has.
  const limits = { REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0', REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL: '0' };
  stack = await startStack({ env: { ...limits, NODE_OPTIONS: '--max-old-space-size=256' } });
  admin = await stack.platform.token('admin');
  model = await stack.createModel();
  // What the first import of a process costs (code that was never compiled) is no one's bound.
  expect((await send(fileOf([row('Warm-up.')]))).status).toBe(200);
});
afterAll(() => stack.stop());

const row = (content: string) => ({ moodState: 'neutral', templateType: 'farewell', content, active: false });
const fileOf = (rows: readonly unknown[]) => JSON.stringify({ format: 'mood-templates/1', templates: rows });
const filled = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
const send = (raw: string | Uint8Array<ArrayBuffer>, dryRun = true): Promise<Answer> =>
  stack.api.call('POST', `${path}?dryRun=${dryRun}`, { token: admin, raw });

/** How long a reading of a mood takes, in milliseconds. */
async function oneWait(): Promise<number> {
  const began = performance.now();
  await stack.api.get(`/api/v1/mood/${model.id}`, model.token);
  return performance.now() - began;
}

/** Nine of ten: now and then a busy machine holds everybody up. */
const usual = (waits: readonly number[]) => waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.9)] ?? 0;

/** What a reading takes on this machine just now, without anybody's import. */
async function usualWait(): Promise<number> {
  const waits: number[] = [];
  while (waits.length < 20) waits.push(await oneWait());
  return usual(waits);
}

/**
 * What somebody else waits while a request is answered, from one reading of a mood to the next, and what they may: as long as nobody should
 * notice, or, on a machine that is too busy for that, a few times what it takes without the request: the request takes its share of the processor, too.
 */
async function waitsDuring<T>(request: () => Promise<T>): Promise<{ result: T; waited: number; allowed: number }> {
  const before = await usualWait();
  const over = new AbortController();
  const waits: number[] = [];
  const watching = (async () => {
    while (!over.signal.aborted) waits.push(await oneWait());
  })();
  const result = await request().finally(() => over.abort());
  await watching;
  const floor = Math.max(before, await usualWait());
  return { result, waited: usual(waits), allowed: Math.max(patience, 6 * floor) };
}

describe('nobody waits for an import of rows that are dear to check', () => {
  test.each([
    '1.',
    '12:30 ',
    '1/2 a ',
    '8.30, ',
    '(1) ',
    '1 2 3 - ',
    'a.b ',
    '@a ',
    'dot com ',
    'h t t p ',
    '<a &b ',
    '{{userName|1.}} ',
    '👩‍❤️‍👩 1. ',
    'ａ．１ ',
  ])('"%s"', async (unit) => {
    const rows = Array.from({ length: 12 }, (_, n) => row(`${n} ${filled(unit, 1_600)}`));
    const { result, waited, allowed } = await measureAgain(() => waitsDuring(() => send(fileOf(rows))));
    expect([200, 400]).toContain(result.status);
    expect(waited).toBeLessThan(allowed);
  });
});

const halfMebibytes = (count: number) => count * 524_288;

describe('nobody waits for a body that is dear to read, and none ends the process', () => {
  test.each([
    ['empty lists', `{"format":"mood-templates/1","templates":[${filled('[],', halfMebibytes(8))}[]]}`],
    ['numbers', `{"format":"mood-templates/1","templates":[${filled('1,', halfMebibytes(4))}1]}`],
    ['brackets', `{"format":"mood-templates/1","templates":[${filled('[', halfMebibytes(4))}`],
    ['one row of many keys', fileOf([Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`a${n}`, 0]))])],
    [
      'many rows of many keys',
      fileOf(Array.from({ length: 300 }, () => Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`a${n}`, 0])))),
    ],
    [
      'many bad rows',
      fileOf(Array.from({ length: 5_000 }, () => ({ moodState: 1, templateType: 1, content: 1, priority: 'x', weight: 0 }))),
    ],
    ['one long text', fileOf([row(filled('x', halfMebibytes(8)))])],
    ['many keys beside the rows', `{${Array.from({ length: 100_000 }, (_, n) => `"a${n}":0`).join(',')}}`],
    ['many lists beside the rows', `{${Array.from({ length: 100_000 }, (_, n) => `"a${n}":[]`).join(',')}}`],
    ['quotes', `{"format":"mood-templates/1","templates":[${filled('"",', halfMebibytes(4))}""]}`],
    ['backslashes', `{"format":"mood-templates/1","templates":["${filled('\\\\', halfMebibytes(8))}"]}`],
    ['white space', `{"format":"mood-templates/1","templates":[${' '.repeat(halfMebibytes(8))}]}`],
  ])('%s', async (_what, body) => {
    const { result, waited, allowed } = await measureAgain(() => waitsDuring(() => send(body)));
    expect([result.status, result.body.message.length < 5_000]).toEqual([400, true]);
    expect(waited).toBeLessThan(allowed);
  });
});

test('of imports that come at once one is done, and the others are told when to come again', async () => {
  const rows = Array.from({ length: 4_000 }, (_, n) => row(`Goodbye number ${n}. ${'See you. '.repeat(20)}`));
  const { result, waited, allowed } = await waitsDuring(() => Promise.all(Array.from({ length: 6 }, () => send(fileOf(rows), false))));
  const refused = result.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(5);
  for (const { status, body, headers } of refused) {
    expect([status, body.error]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(body.message).toContain('Another import is under way.');
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
  expect(waited).toBeLessThan(allowed);
  expect((await send(fileOf(rows.slice(0, 5)), false)).body).toMatchObject({ created: 0, left: 5 });
});

test('a refused import, and one whose sender goes away, leave room for the next', async () => {
  expect((await send('{')).status).toBe(400);
  const leaving = new AbortController();
  const upload = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"format":"mood-templates/1",'));
    },
  });
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
  const left = fetch(stack.api.url + path, { method: 'POST', headers, body: upload, duplex: 'half', signal: leaving.signal });
  expect((await send(fileOf([]))).status).toBe(200);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  let answer = await send(fileOf([]));
  for (let tries = 0; answer.status === 429 && tries < 200; tries++) answer = await send(fileOf([]));
  expect(answer.status).toBe(200);
});

test('an import whose sender goes away while it is checked is given up: nothing is written', async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => row(`Goodbye, nobody ${n}. ${filled('12:30 ', 1_200)}`));
  const leaving = new AbortController();
  const post = (type: string, body: string, signal?: AbortSignal) =>
    fetch(`${stack.api.url}${path}?dryRun=false`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': type },
      body,
      ...(signal && { signal }),
    });
  /** Asked with what is refused before it is anybody's turn. */
  const isBusy = async () => (await post('text/plain', 'x')).status === 429;
  const left = post('application/json', fileOf(rows), leaving.signal);
  left.catch(() => {});
  await eventually(isBusy, (busy) => busy, 60_000);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ name: 'AbortError' });
  await eventually(isBusy, (busy) => !busy, 120_000);
  expect((await send(fileOf(rows.slice(0, 5)))).body).toMatchObject({ created: 5, left: 0 });
});

test('a slow upload holds up nobody, and is imported when it is there', async () => {
  const body = fileOf([row('Goodbye, slowly.')]);
  const slow = await Promise.all(Array.from({ length: 5 }, () => openRawConnection(stack.api.url)));
  try {
    for (const connection of slow) {
      const head = [`POST ${path}?dryRun=true HTTP/1.1`, 'Host: api', `Authorization: Bearer ${admin}`, 'Content-Type: application/json'];
      connection.send([...head, `Content-Length: ${body.length}`, 'Expect: 100-continue', '', ''].join('\r\n'));
      await connection.readUntil((text) => text.includes('100 Continue'));
      connection.send(body.slice(0, 10));
    }
    for (let tries = 0; tries < 3; tries += 1) expect((await send(fileOf([row('Goodbye, quickly.')]))).status).toBe(200);
    for (const connection of slow) {
      const answer = connection.readUntil((text) => text.includes('"created"'));
      connection.send(body.slice(10));
      expect(await answer).toMatch(/HTTP\/1.1 200 .*"created":1/s);
    }
  } finally {
    for (const { socket } of slow) socket.destroy();
  }
});

describe('an import file', () => {
  test('may begin with a byte order mark', async () => {
    const { status, body } = await send(`\uFEFF${fileOf([row('Goodbye with a mark.')])}`);
    expect([status, body.created]).toEqual([200, 1]);
  });

  test.each([
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'not valid UTF-8'],
    ['half a character at its end', new Uint8Array([0x22, 0xc3]), 'not valid UTF-8'],
    ['no JSON', '{"format":"mood-templates/1","templates":[{]}', 'not valid JSON'],
    ['nothing', '', 'not valid JSON'],
  ])('that is %s is refused in words', async (_what, raw, words) => {
    const { status, body } = await send(raw);
    expect([status, body.error]).toEqual([400, 'INVALID_REQUEST']);
    expect(body.message).toContain(words);
  });
});

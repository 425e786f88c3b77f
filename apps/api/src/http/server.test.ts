import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import type { Service } from '@mood/runtime';
import { Hono } from 'hono';
import { eventually } from '@mood/testing/eventually';
import { startStopwatch } from '@mood/testing/processor-time';
import { sideBySide } from '@mood/testing/side-by-side';
import { readBodyUpTo } from './fast/json-body.ts';
import { createErrorHandler } from './errors.ts';
import type { AuthEnv } from '../auth/guards.ts';
import { whileClientWaits } from './long-work.ts';
import { createHttpServer } from './server.ts';

const timeouts = { headers: 300, request: 600, keepAlive: 300, silence: 1_500, checkEvery: 50 };
const drip = { bytes: 'a', everyMs: 20 };
const { logger, lines } = createCapturedLog();
let server: Service;
let port: number;
let bytesRead = 0;
/** Of what was sent to /body, also those whose answer nobody got. */
const statuses: number[] = [];

beforeAll(async () => {
  const app = new Hono<AuthEnv>();
  app.onError(createErrorHandler(logger));
  app.get('/', (c) => c.text('hello'));
  app.use('/body', async (c, next) => {
    await next();
    statuses.push(c.res.status);
  });
  app.post('/refused', (c) => c.text('no', 401));
  app.post('/body', readBodyUpTo(1_000), async (c) => {
    bytesRead += (await c.req.text()).length;
    return c.text(String(bytesRead));
  });
  app.get('/slow', async (c) => {
    // Longer than a request may take: one that begins after it is cut off meanwhile.
    await talk(post('/refused', 'Content-Length: 900'), drip);
    return c.text('slow');
  });
  app.get('/work', (c) =>
    whileClientWaits(c, async () => {
      // Twice as long as nothing may move: connections that say nothing are cut off meanwhile.
      for (let times = 0; times < 2; times += 1) await talk('');
      return c.text('done');
    }),
  );
  app.get('/never', () => new Promise<Response>(() => {}));
  server = createHttpServer(app, { port: 0, host: '127.0.0.1', logger, timeouts });
  await server.start();
  const listening = lines.find((line) => line.msg === 'listening');
  expect(listening).toMatchObject({ address: { port: expect.any(Number) } });
  port = Number(Reflect.get(Object(listening?.['address']), 'port'));
});
afterAll(() => server.stop());

/**
 * Sends the first bytes, then more of them again and again.
 * @returns all that came back, and after how many milliseconds the end came, by a stopwatch.
 */
async function talk(first: string, drip?: { bytes: string; everyMs: number }): Promise<{ answer: string; ms: number; sent: number }> {
  const elapsed = startStopwatch();
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  // Writing to a connection that was cut off.
  socket.on('error', () => {});
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  socket.write(first);
  const timer = drip && setInterval(() => socket.write(drip.bytes), drip.everyMs);
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  clearInterval(timer);
  return { answer, ms: elapsed(), sent: socket.bytesWritten };
}

const post = (path: string, ...headers: string[]) => [`POST ${path} HTTP/1.1`, 'Host: api', ...headers, '', ''].join('\r\n');

const waiting = sideBySide();

describe('a connection is cut off', () => {
  waiting('when it says nothing', async () => {
    const { ms } = await talk('');
    expect(ms).toBeLessThan(timeouts.silence + 1_000);
  });

  waiting('when its headers never end, one byte at a time', async () => {
    const { answer, ms } = await talk('GET / HTTP/1.1\r\nHost: api\r\nX-Slow: ', drip);
    // Who still sends when it is cut off may lose the last words.
    expect(answer).toMatch(/^HTTP\/1.1 408 |^$/);
    expect(ms).toBeLessThan(timeouts.headers + 1_000);
  });

  waiting('when its body drips', async () => {
    const { answer, ms } = await talk(post('/body', 'Content-Length: 900'), drip);
    expect(answer).toMatch(/^HTTP\/1.1 408 |^$/);
    expect(ms).toBeLessThan(timeouts.request + 1_000);
  });

  waiting('when the body of a request that was answered long ago goes on dripping', async () => {
    const { answer, ms } = await talk(post('/refused', 'Content-Length: 900'), drip);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    expect(ms).toBeLessThan(timeouts.request + 1_500);
  });

  waiting('when it sends nothing more after its answer', async () => {
    const { answer, ms } = await talk('GET / HTTP/1.1\r\nHost: api\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 .*hello$/s);
    // Node gives a client a second more than it tells it.
    expect(ms).toBeLessThan(timeouts.keepAlive + 2_500);
  });

  waiting('when nothing moves on it, whoever is to blame', async () => {
    const { ms } = await talk('GET /never HTTP/1.1\r\nHost: api\r\n\r\n');
    expect(ms).toBeLessThan(timeouts.silence + 1_000);
  });
});

waiting('a connection that waits for long work of ours is not cut off, and is again afterwards', async () => {
  const { answer } = await talk('GET /work HTTP/1.1\r\nHost: api\r\n\r\nGET /never HTTP/1.1\r\nHost: api\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 200 .*done$/s);
});

describe('a request is refused', () => {
  test('when its headers are larger than 16 KiB', async () => {
    const { answer } = await talk(`GET / HTTP/1.1\r\nHost: api\r\nX-Large: ${'a'.repeat(17_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  test('when it has more than 100 headers, so that none is overlooked', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: a`).join('\r\n');
    const { answer } = await talk(`GET / HTTP/1.1\r\nHost: api\r\n${many(100)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 .*"error":"INVALID_REQUEST"/s);
    const few = await talk(`GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n${many(98)}\r\n\r\n`);
    expect(few.answer).toMatch(/^HTTP\/1.1 200 /);
  });

  test('without its body being read, when that says it is too large', async () => {
    const { answer, ms } = await talk(post('/body', 'Content-Length: 9999999999'));
    expect(answer).toMatch(/^HTTP\/1.1 400 .*larger than 1000 bytes/s);
    // `talk` waits for the end of the connection: what never comes is not waited for.
    expect(ms).toBeLessThan(2_000);
    expect(bytesRead).toBe(0);
  });

  test('as soon as its body is too large, when that has no length', async () => {
    const chunk = `400\r\n${'a'.repeat(1_024)}\r\n`;
    const { answer, ms } = await talk(post('/body', 'Transfer-Encoding: chunked') + chunk, { bytes: chunk, everyMs: 20 });
    expect(answer).toMatch(/^HTTP\/1.1 400 .*larger than 1000 bytes/s);
    expect(ms).toBeLessThan(2_500);
    expect(bytesRead).toBe(0);
  });

  test.each([
    ['a length', 'Content-Length: 2048', 'a'.repeat(2_048)],
    ['chunks', 'Transfer-Encoding: chunked', `400\r\n${'a'.repeat(1_024)}\r\n400\r\n${'a'.repeat(1_024)}\r\n0\r\n\r\n`],
  ])('and the next one on its connection is answered, however long that takes: a body with %s', async (_, header, body) => {
    const { answer } = await talk(`${post('/body', header)}${body}GET /slow HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n`);
    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  });

  test('without a word of a fault of ours, when its client goes away in the middle of its body', async () => {
    const before = { lines: lines.length, statuses: statuses.length };
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(`${post('/body', 'Content-Length: 100')}ten bytes.`, () => socket.destroy());
    await eventually(
      async () => statuses.length,
      (length) => length > before.statuses,
    );
    expect(statuses.slice(before.statuses)).toEqual([400]);
    expect(lines.slice(before.lines).filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
  });

  test.each(['a:99999', `'"<>`])('in words like every other, when its Host can be no host (%s)', async (host) => {
    const { answer } = await talk(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 .*content-type: application\/json.*"error":"INVALID_REQUEST"/is);
  });

  test('when it could be read as two (length and chunks)', async () => {
    const { answer } = await talk(post('/body', 'Content-Length: 5', 'Transfer-Encoding: chunked') + '0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { maxBytesUnderWay, maxLeftoverBytes, usualTurnBounds } from '@mood/runtime';
import { createCapturedLog } from '@mood/testing/captured-log';
import type { Service } from '@mood/runtime';
import { Hono } from 'hono';
import { eventually } from '@mood/testing/eventually';
import { getRequest, openRawConnection, settled } from '@mood/testing/raw-connection';
import type { RawConnection } from '@mood/testing/raw-connection';
import { createHttpServer } from './server.ts';

const { logger, lines } = createCapturedLog();
/** More than the operating system takes for a connection that nobody reads. */
const large = Buffer.alloc(24 * 1_024 * 1_024, 'a');
let server: Service;
let url: string;
let begun = 0;
let running = 0;
let mostRunning = 0;
let letGo = () => {};
const held = new Promise<void>((resolve) => (letGo = resolve));
const open: RawConnection[] = [];

beforeAll(async () => {
  const app = new Hono();
  app.use(async (_, next) => {
    begun += 1;
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    await new Promise((resolve) => setImmediate(resolve));
    await next();
    running -= 1;
  });
  app.get('/small/:id', (c) => c.text(`answer ${c.req.param('id')}.`));
  app.get('/large', (c) => c.body(large));
  app.get('/made', (c) => c.text('b'.repeat(large.length)));
  app.get('/streamed', (c) => {
    const chunks = Array.from({ length: 400 }, () => Buffer.alloc(65_536, 'c'));
    return c.body(new ReadableStream({ pull: (to) => (chunks.length === 0 ? to.close() : to.enqueue(chunks.pop())) }));
  });
  app.get('/held', async (c) => {
    await held;
    return c.text('let go');
  });
  app.all('/refused', (c) => c.text('no', 401));
  server = createHttpServer(app, { port: 0, host: '127.0.0.1', logger });
  await server.start();
  url = `http://127.0.0.1:${Reflect.get(Object(lines.find((line) => line.msg === 'listening')?.['address']), 'port')}`;
});
afterEach(async () => {
  for (const { socket } of open) socket.destroy();
  await Promise.all(open.map(({ closed }) => closed));
  open.length = 0;
  await eventually(
    async () => running,
    (left) => left === 0,
  );
  [begun, mostRunning] = [0, 0];
});
afterAll(() => server.stop());

async function connected(): Promise<RawConnection> {
  const connection = await openRawConnection(url);
  open.push(connection);
  return connection;
}

const isAlive = async () => expect(await (await fetch(`${url}/small/alive`)).text()).toBe('answer alive.');

describe('requests that a connection sends without waiting for answers', () => {
  test.each([2, 10, 16, 17, 100, 150, 256])('are answered one by one, in their order, when they are read (%i)', async (count) => {
    const connection = await connected();
    connection.send(Array.from({ length: count }, (_, i) => getRequest(`/small/${i}`)).join(''));
    const text = await connection.readUntil((so) => so.includes(`answer ${count - 1}.`));
    expect(Array.from(text.matchAll(/answer (\d+)\./g), ([, id]) => Number(id))).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(mostRunning).toBe(1);
  });

  test.each(['/large', '/made', '/streamed'])('are not begun while the answer to the first is not read (%s)', async (path) => {
    const connection = await connected();
    connection.send(getRequest(path).repeat(150));
    await eventually(
      async () => begun,
      (count) => count > 0,
    );
    expect(await settled(async () => begun)).toBe(1);
    await isAlive();
  });

  test('are begun on other connections meanwhile', async () => {
    for (let i = 0; i < 3; i++) (await connected()).send(getRequest('/large').repeat(10));
    await eventually(
      async () => begun,
      (count) => count === 3,
    );
    await isAlive();
  });

  test('end the connection when they are more than are kept', async () => {
    const connection = await connected();
    connection.socket.resume();
    connection.send(getRequest('/large') + getRequest('/small/1').repeat(usualTurnBounds.perConnection + 50));
    await connection.closed;
    await isAlive();
  });

  test('of all connections together are no more than a process keeps', async () => {
    const count = Math.ceil(usualTurnBounds.perProcess / 200) + 5;
    const connections = await Promise.all(Array.from({ length: count }, connected));
    const ended = connections.map(async ({ closed, socket, send }) => {
      socket.resume();
      send(getRequest('/held') + getRequest('/small/1').repeat(200));
      await closed;
      return 'ended';
    });
    // Some found no place any more.
    expect(await Promise.race(ended)).toBe('ended');
    await isAlive();
    letGo();
    for (const { socket } of connections) socket.destroy();
    await Promise.all(connections.map(({ closed }) => closed));
    // What was kept for them is forgotten: there is room again.
    const next = await connected();
    next.send(Array.from({ length: 100 }, (_, i) => getRequest(`/small/${i}`)).join(''));
    await next.readUntil((text) => text.includes('answer 99.'));
  });
});

describe('answers that nobody takes', () => {
  test('end the connections that have not taken theirs for the longest, when they are too many bytes together', async () => {
    const count = Math.ceil(maxBytesUnderWay / large.length) * 3;
    const connections = await Promise.all(Array.from({ length: count }, connected));
    for (const [i, { send }] of connections.entries()) {
      send(getRequest('/made'));
      await eventually(
        async () => begun,
        (answered) => answered === i + 1,
      );
    }
    await settled(async () => begun);
    // Read from the last on: it is whole. The first was cut off.
    const last = await connections.at(-1)?.readUntil((text) => text.length > large.length);
    expect(last?.length).toBeGreaterThan(large.length);
    await expect(connections[0]?.readUntil((text) => text.length > large.length)).rejects.toThrow('the connection ended');
    await isAlive();
  });
});

describe('a body that nobody wants', () => {
  /** Sends as long as the other side reads. @returns how many bytes the operating systems and the server took. */
  async function pour(head: string, chunk: string): Promise<{ taken: number; answer: string }> {
    const connection = await connected();
    const { socket } = connection;
    let answer = '';
    socket.on('data', (text: string) => (answer += text)).resume();
    connection.send(head);
    while (!socket.closed) {
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), connection.closed]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { taken: socket.bytesWritten - socket.writableLength, answer };
  }

  const block = 'x'.repeat(65_536);
  /** What the buffers of two sockets of this host hold at most. */
  const buffersOfTheSystem = 16 * 1_024 * 1_024;

  test.each([
    ['POST with a length', 'POST /refused HTTP/1.1\r\nHost: api\r\nContent-Length: 9999999999\r\n\r\n', block],
    ['PUT with a length', 'PUT /refused HTTP/1.1\r\nHost: api\r\nContent-Length: 9999999999\r\n\r\n', block],
    ['DELETE with a length', 'DELETE /refused HTTP/1.1\r\nHost: api\r\nContent-Length: 9999999999\r\n\r\n', block],
    ['GET with a length', 'GET /refused HTTP/1.1\r\nHost: api\r\nContent-Length: 9999999999\r\n\r\n', block],
    ['POST in chunks', 'POST /refused HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${block}\r\n`],
    ['PATCH in chunks', 'PATCH /refused HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${block}\r\n`],
    ['GET in chunks', 'GET /refused HTTP/1.1\r\nHost: api\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${block}\r\n`],
    ['POST to nowhere', 'POST /nowhere HTTP/1.1\r\nHost: api\r\nContent-Length: 9999999999\r\n\r\n', block],
  ])('is read up to a bound (%s)', async (_, head, chunk) => {
    const { taken, answer } = await pour(head, chunk);
    expect(answer).toMatch(/^HTTP\/1.1 40[14] /);
    expect(taken).toBeLessThan(maxLeftoverBytes + buffersOfTheSystem);
    await isAlive();
  });

  test('is read over when it is short, and the connection goes on', async () => {
    const connection = await connected();
    const body = 'x'.repeat(100_000);
    connection.send(`POST /refused HTTP/1.1\r\nHost: api\r\nContent-Length: ${body.length}\r\n\r\n${body}${getRequest('/small/after')}`);
    const text = await connection.readUntil((so) => so.includes('answer after.'));
    expect(text).toMatch(/^HTTP\/1.1 401 .*HTTP\/1.1 200 /s);
  });
});

import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { refuseBadRequests } from './refuse-requests.ts';

const { logger, lines } = createCapturedLog();
const server = createServer();
refuseBadRequests(server, { headers: () => [], checkTargets: true, methods: ['GET'], logger });

/** A connection of which Node.js could not read what came in. */
function connection() {
  let answer = '';
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      answer += String(chunk);
      done();
    },
  });
  return {
    socket,
    answer: () => answer,
    /** More comes in: Node.js reports each piece. */
    send: (bytes: number | undefined, code = 'HPE_INVALID_METHOD') =>
      server.emit(
        'clientError',
        Object.assign(new Error(code), { code, ...(bytes !== undefined && { rawPacket: Buffer.alloc(bytes) }) }),
        socket,
      ),
  };
}

beforeEach(() => {
  lines.length = 0;
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(() => void jest.useRealTimers());

test('what still comes after a refusal is read over, so that closing does not take the refusal with it', () => {
  const { socket, answer, send } = connection();
  for (let piece = 0; piece < 200; piece += 1) send(1_000);
  expect(socket.destroyed).toBe(false);
  expect(answer().match(/HTTP\/1.1 400/g)).toHaveLength(1);
  expect(lines).toHaveLength(1);
});

test.each<[string, number | undefined, string]>([
  ['more than 256 KiB has come', 262_145, 'HPE_INVALID_METHOD'],
  ['the client has ended its side', undefined, 'HPE_INVALID_EOF_STATE'],
  ['the client is gone', undefined, 'ECONNRESET'],
])('a refused connection is closed at once when %s', (_, bytes, code) => {
  const { socket, send } = connection();
  send(9);
  expect(socket.destroyed).toBe(false);
  send(bytes, code);
  expect(socket.destroyed).toBe(true);
});

test('a refused connection is closed after a second at most', () => {
  const { socket, send } = connection();
  send(9);
  jest.advanceTimersByTime(999);
  expect(socket.destroyed).toBe(false);
  jest.advanceTimersByTime(1);
  expect(socket.destroyed).toBe(true);
});

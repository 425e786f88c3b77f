import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { pooledClient } from '@mood/postgres';
import { Client, Pool } from 'pg';
import { isPostgresOutage } from './outage.ts';

let server: Server;
afterEach(() => void server.close());

/** One message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}
const errorResponse = (fields: Record<string, string>) =>
  message(
    'E',
    Buffer.from(
      `${Object.entries(fields)
        .map(([name, value]) => `${name}${value}\0`)
        .join('')}\0`,
    ),
  );
const ready = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);

/** Speaks as PostgreSQL does whose messages are in another language: what a client says first, and whatever it says next. */
async function listen(...answers: readonly Buffer[]): Promise<Pool> {
  server = createServer((socket) => {
    const left = [...answers];
    socket.on('error', () => {}).on('data', () => socket.write(left.shift() ?? ''));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return new Pool({ host: '127.0.0.1', port, user: 'a', database: 'a', ssl: false, Client: pooledClient(Client) });
}

test.each([
  ['ru', 'ВАЖНО', '42501'],
  ['pl', 'KATASTROFALNY', '42704'],
  ['tr', 'ÖLÜMCÜL', '22023'],
  ['it', 'FATALE', '0A000'],
  ['zh', '致命错误', '42501'],
  ['en', 'FATAL', '99999'],
])('a connection that is refused in another language is an outage, whatever the code (%s: %s %s)', async (_, S, C) => {
  const pool = await listen(errorResponse({ S, V: 'FATAL', C, M: 'refused' }));
  const error: unknown = await pool.query('SELECT 1').catch((cause: unknown) => cause);
  expect(error).toMatchObject({ severity: S, code: C });
  expect(isPostgresOutage(error)).toBe(true);
  await pool.end();
});

test.each([
  ['ru', 'ОШИБКА', '42501', false],
  ['pl', 'BŁĄD', '42P01', false],
  ['ru', 'ВАЖНО', '57P01', true],
])('what a connection that was made answers is judged by its code (%s: %s %s)', async (_, S, C, isOutage) => {
  const pool = await listen(ready, Buffer.concat([errorResponse({ S, C, M: 'no' }), message('Z', Buffer.from('I'))]));
  const error: unknown = await pool.query('SELECT 1').catch((cause: unknown) => cause);
  expect(error).toMatchObject({ severity: S, code: C });
  expect(isPostgresOutage(error)).toBe(isOutage);
  await pool.end();
});

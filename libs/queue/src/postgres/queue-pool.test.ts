import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createEmptyDatabase } from '@mood/testing/database';
import type { TestDatabase } from '@mood/testing/database';
import { createQueuePool } from './queue-pool.ts';
import type { QueuePool } from './queue-pool.ts';

let database: TestDatabase;
let admin: Client;
let pool: QueuePool;
beforeAll(async () => {
  database = await createEmptyDatabase();
  admin = new Client({ connectionString: database.url });
  await admin.connect();
  pool = createQueuePool({
    databaseUrl: database.url,
    schema: 'queues',
    applicationName: 'test',
    maxConnections: 2,
    reportTrouble: () => {},
  });
});
afterAll(async () => {
  await pool?.plain.end();
  await admin?.end();
  await database?.drop();
});

test('a connection that the server ends between two statements fails the next statement, and not the process', async () => {
  const lent = await pool.forBullmq.connect();
  const { rows } = await lent.query('SELECT pg_backend_pid() AS pid');
  const [{ pid }] = rows;
  const ended = new Promise<void>((resolve) => {
    lent.on('end', () => resolve());
  });
  await admin.query('SELECT pg_terminate_backend($1)', [pid]);
  await ended;
  await expect(lent.query('SELECT 1')).rejects.toThrow();
  lent.release(true);
  expect((await pool.forBullmq.query('SELECT 1')).rows).toHaveLength(1);
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { createTestDatabase } from '@mood/testing/database';
import { eventually } from '@mood/testing/eventually';
import { connectForTest, openDatabaseUnderTest } from './database.fixture.ts';
import { databaseErrorKind, isConnectionLoss } from './errors.ts';

const withCode = (code: string, message = 'failed') => Object.assign(new Error(message), { code });

describe('an error of the database', () => {
  test.each([
    ['08006', 'connection failure'],
    ['08P01', 'protocol violation of a pooler'],
    ['57P01', 'shutdown by an administrator'],
    ['57P02', 'crash of another backend'],
    ['57P03', 'still starting'],
    ['53300', 'too many connections'],
    ['53100', 'disk full'],
    ['57014', 'statement timeout'],
    ['55P03', 'lock not available'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['25006', 'read-only after a failover'],
    ['28000', 'the login is refused'],
    ['28P01', 'wrong password'],
    ['3D000', 'no such database'],
    ['55000', 'database closed for connections'],
    ['57P04', 'database dropped'],
    ['58030', 'input or output error'],
    ['53200', 'out of memory'],
    ['25P03', 'idle in a transaction for too long'],
    ['F0000', 'configuration broken'],
    ['XX001', 'data corrupted'],
    ['ECONNREFUSED', 'nothing listens'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'broken pipe'],
    ['ETIMEDOUT', 'no route in time'],
    ['ENOTFOUND', 'no such host'],
    ['EAI_AGAIN', 'no name server'],
    ['EHOSTUNREACH', 'no route'],
  ])('with code %s (%s) means "not now"', (code) => {
    expect(isConnectionLoss(withCode(code))).toBe(true);
  });

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('that says %j means "not now"', (message) => {
    expect(isConnectionLoss(new Error(message))).toBe(true);
  });

  test.each([
    ['23505', 'unique violation'],
    ['23503', 'foreign key violation'],
    ['22P02', 'not a uuid'],
    ['42P01', 'no such table'],
    ['42501', 'append-only'],
    ['25P02', 'transaction is aborted'],
  ])('with code %s (%s) is a fault of the work', (code) => {
    expect(isConnectionLoss(withCode(code))).toBe(false);
  });

  test('is found in wrappers and among several', () => {
    expect(isConnectionLoss(new Error('driver', { cause: new Error('pool', { cause: withCode('ECONNREFUSED') }) }))).toBe(true);
    expect(isConnectionLoss(new AggregateError([withCode('EACCES'), withCode('ECONNREFUSED')], 'all failed'))).toBe(true);
    expect(isConnectionLoss(new AggregateError([withCode('EACCES')], 'all failed'))).toBe(false);
    expect(isConnectionLoss('ECONNREFUSED')).toBe(false);
    expect(isConnectionLoss(undefined)).toBe(false);
  });

  test.each([
    ['57P01', 'connection'],
    ['28000', 'connection'],
    ['28P01', 'connection'],
    ['3D000', 'connection'],
    ['55000', 'connection'],
    ['53300', 'connection'],
    ['57014', 'timeout'],
    ['40001', 'conflict'],
    ['40P01', 'conflict'],
    ['55P03', 'conflict'],
    ['23505', 'statement'],
    ['42P01', 'statement'],
  ])('of the driver with state %s is of the kind %s, in wrappers, too', (code, kind) => {
    const error = Object.assign(withCode(code), { severity: 'ERROR' });
    expect(databaseErrorKind(error)).toBe(kind);
    expect(databaseErrorKind(new Error('mapper', { cause: error }))).toBe(kind);
  });

  test('is one of the connection when there is nothing to speak with, and none of ours when it comes from elsewhere', () => {
    expect(databaseErrorKind(withCode('ECONNREFUSED'))).toBe('connection');
    expect(databaseErrorKind(new Error('Connection terminated unexpectedly'))).toBe('connection');
    // As long as a SQLSTATE, and none.
    expect(databaseErrorKind(withCode('EPERM'))).toBeUndefined();
    expect(databaseErrorKind(new TypeError('x is undefined'))).toBeUndefined();
  });
});

describe('a call to the database', () => {
  test.each(['query({ name: "ping", text: "SELECT 1" }, [])', 'work((em) => em.getConnection().execute("SELECT 1"))'])(
    'fails as "not available" when nothing listens: %s',
    async (call) => {
      // In a process of its own: jest gives a test another `Error` than the one that Node's sockets throw. Port 1 is reserved.
      const script = `
        import { connectDatabase } from '@mood/db';
        import { createLogger } from '@mood/runtime';
        const database = connectDatabase({ databaseUrl: 'postgres://postgres@127.0.0.1:1/none', poolMax: 2, connectTimeoutMs: 5_000,
          statementTimeoutMs: 5_000, applicationName: 'db-test', logger: createLogger({ name: 'db-test', level: 'silent' }) });
        await database.${call}.catch((error) => console.log(error.name, error.dependency, error.cause.code));
        await database.close();`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
      expect(stdout).toBe('DatabaseAway database ECONNREFUSED\n');
    },
  );

  test('fails as "not available" when its connection is cut, and the next one succeeds', async () => {
    const opened = await openDatabaseUnderTest();
    try {
      const sleeping = opened.database.query({ name: 'sleep', text: 'SELECT pg_sleep(30)' }, []);
      const cut = expect(sleeping).rejects.toBeInstanceOf(DependencyUnavailable);
      for (let ended = 0; ended === 0;) {
        const { rows } = await opened.sql.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()`,
        );
        ended = rows.length;
      }
      await cut;
      expect(await opened.database.query({ name: 'ping', text: 'SELECT 1 AS one' }, [])).toEqual([{ one: 1 }]);
    } finally {
      await opened.close();
    }
  });

  test('that the database gives up is "not available", and does not say that the database is away', async () => {
    const opened = await openDatabaseUnderTest();
    try {
      const given = expect(opened.database.query({ name: 'sleep', text: 'SELECT pg_sleep(30)' }, [])).rejects.toMatchObject({
        name: 'TookTooLong',
        dependency: 'database',
      });
      await eventually(
        () =>
          opened.sql.query(
            `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()`,
          ),
        ({ rows }) => rows.length > 0,
      );
      await given;
    } finally {
      await opened.close();
    }
  });

  test.each([
    ['no right to connect', '42501', ''],
    ['a setting that there is not', '42704', '?options=-c%20nowhere%3D1'],
    ['a value that there is not', '22023', '?options=-c%20datestyle%3Dnonsense'],
  ])('fails as "away" when the connection is refused with whatever code: %s', async (_, code, query) => {
    const created = await createTestDatabase();
    if (code === '42501') await created.query(`REVOKE CONNECT ON DATABASE ${new URL(created.url).pathname.slice(1)} FROM PUBLIC`);
    const database = connectForTest(created.serviceUrl + query);
    try {
      await expect(database.query({ name: 'ping', text: 'SELECT 1' }, [])).rejects.toMatchObject({ name: 'DatabaseAway', cause: { code } });
    } finally {
      await database.close();
      await created.drop();
    }
  });

  test('that is wrong fails as itself', async () => {
    const opened = await openDatabaseUnderTest();
    try {
      await expect(opened.database.query({ name: 'wrong', text: 'SELECT * FROM nowhere' }, [])).rejects.toMatchObject({ code: '42P01' });
    } finally {
      await opened.close();
    }
  });
});

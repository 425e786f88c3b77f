import { connectDatabase } from '@mood/db';
import { createLogger } from '@mood/runtime';
import { expect, test } from '@jest/globals';
import { createTestDatabase } from '@mood/testing/database';

const poolMax = 4;

test('backends that die inside transactions cost no pool slots', async () => {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({
    databaseUrl: testDatabase.url,
    poolMax,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 5_000,
    applicationName: 'pool-slots',
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  try {
    for (let death = 0; death < poolMax + 1; death += 1) {
      const dying = database.work((em) =>
        em.transactional(async (tx) => {
          await tx.getConnection().execute('SELECT pg_terminate_backend(pg_backend_pid())', [], 'all', tx.getTransactionContext());
        }),
      );
      await expect(dying).rejects.toMatchObject({ code: 'SYSTEM_ERROR' });
    }
    const answers = await Promise.all(
      Array.from({ length: poolMax }, () => database.query<{ one: number }>({ name: 'one', text: 'SELECT 1 AS one, pg_sleep(0.05)' }, [])),
    );
    expect(answers.map(([row]) => row?.one)).toEqual(Array.from({ length: poolMax }, () => 1));
    expect(await database.work((em) => em.transactional(() => Promise.resolve('done')))).toBe('done');
  } finally {
    await database.close();
    await testDatabase.drop();
  }
});

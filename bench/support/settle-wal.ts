import type { TestDatabase } from '@mood/testing/database';

const segments = 100;

/**
 * Gives a new PostgreSQL the write-ahead log of one that has run for a while: its segments are there to be used again. The first minutes of
 * a new one are spent on making them, which is several times as slow as writing to them. Needs a `min_wal_size` that keeps them.
 */
export async function settleWal(database: TestDatabase): Promise<void> {
  for (let made = 0; made < segments; made += 1) {
    await database.query(`SELECT pg_logical_emit_message(true, 'bench', 'x')`);
    await database.query('SELECT pg_switch_wal()');
  }
  await database.query('CHECKPOINT');
}

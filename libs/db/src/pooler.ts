import { endsWithin } from '@mood/runtime';
import type { Pool, PoolClient } from 'pg';

const problem =
  'DATABASE_URL leads to a pooler that gives each transaction another session (pool_mode = transaction or statement): ' +
  'set pool_mode = session for this database, or name the PostgreSQL server itself';

async function serverOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** The server process that was named when the connection began; a pooler names another. Not in the driver's types. */
const announcedTo = (client: PoolClient): unknown => ('processID' in client ? client.processID : undefined);

/** How long a second connection may take, in milliseconds: a pooler that has none left lets us wait. */
const patienceMs = 3_000;

/** A second connection in a transaction. @returns undefined when there is none to be had. */
async function holdTransaction(pool: Pool): Promise<{ server: number; end: () => void } | undefined> {
  const opening = (async () => {
    const client = await pool.connect();
    // Whatever is left open on it ends with it.
    const end = () => client.release(true);
    try {
      await client.query('BEGIN');
      return { server: await serverOf(client), end };
    } catch (error) {
      end();
      throw error;
    }
  })();
  if (await endsWithin(patienceMs, opening)) return opening;
  opening.then(({ end }) => end()).catch(() => {});
  return undefined;
}

/**
 * Whether a connection keeps the server process that it has set up: settings, prepared statements and LISTEN live in it. While one
 * connection holds a transaction open, the other one looks whose process it has now. Without prepared statements, which may not work.
 * @returns what is wrong and what to do; undefined when all is well, or when it cannot be told because there is no second connection.
 */
export async function findPoolerProblem(pool: Pool): Promise<string | undefined> {
  const first = await pool.connect();
  try {
    const before = await serverOf(first);
    if (announcedTo(first) === before) return undefined;
    const other = await holdTransaction(pool);
    if (other === undefined) return undefined;
    const after = other.server === before ? undefined : await serverOf(first);
    other.end();
    return after === before ? undefined : problem;
  } catch (error) {
    if (error instanceof Error && /statement pooling/i.test(error.message)) return problem;
    throw error;
  } finally {
    first.release();
  }
}

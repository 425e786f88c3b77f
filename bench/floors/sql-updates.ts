import { randomBytes } from 'node:crypto';
import { planning } from '@mood/db';
import { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';

/**
 * The floor of an update: the statement that the API sends, with values as long as its own, as fast as the driver goes. Told
 * `{models, keys, seconds, concurrency, connections, termsVersion}`, it answers with how many it did and how long each took.
 */
interface Order {
  models: string[];
  keys: string[];
  seconds: number;
  concurrency: number;
  connections: number;
  termsVersion: string;
}

/** As our processes plan. */
const planningFlags = Object.entries(planning)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');

const pools = new Map<number, Pool>();
function poolOf(connections: number): Pool {
  const known =
    pools.get(connections) ?? new Pool({ connectionString: process.env['DATABASE_URL'], max: connections, options: planningFlags });
  pools.set(connections, known);
  return known;
}

const statement = {
  name: 'change-mood',
  text: 'SELECT * FROM change_mood($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)',
};
/** As long as what is sealed: a key id, a nonce, a tag and the text. */
const sealedOf = (length: number) => randomBytes(29 + length);
let turn = 0;

async function run(order: Order): Promise<{ times: number[]; errors: number }> {
  const pool = poolOf(order.connections);
  const until = performance.now() + order.seconds * 1_000;
  const times: number[] = [];
  let errors = 0;
  await Promise.all(
    Array.from({ length: order.concurrency }, async () => {
      while (performance.now() < until) {
        const at = (turn += 1) % order.models.length;
        const began = performance.now();
        const message = 'Feeling great today!';
        const { rows } = await pool.query<{ outcome: string }>({
          ...statement,
          values: [
            order.models[at],
            ['positive', 'negative', 'neutral'][turn % 3],
            message,
            true,
            30,
            null,
            'model',
            null,
            uuidv7(),
            order.keys[at],
            null,
            sealedOf(message.length),
            sealedOf(9),
            sealedOf(10),
            50,
            order.termsVersion,
            null,
            null,
          ],
        });
        if (rows[0]?.outcome === 'changed') times.push(performance.now() - began);
        else errors += 1;
      }
    }),
  );
  return { times, errors };
}

process.on('message', (order: Order) => {
  void run(order).then((result) => process.send?.(result));
});
process.on('SIGTERM', () => void Promise.all([...pools.values()].map((pool) => pool.end())).then(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

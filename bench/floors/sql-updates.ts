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
  text: 'SELECT * FROM change_moods($1, true)',
};
/** As long as what is sealed: a key id, a nonce, a tag and the text. */
const sealedOf = (length: number) => `\\x${randomBytes(29 + length).toString('hex')}`;
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
            JSON.stringify([
              {
                item: 0,
                model_id: order.models[at],
                mood_state: ['positive', 'negative', 'neutral'][turn % 3],
                custom_message: message,
                auto_respond: true,
                response_delay: 30,
                changed_by: 'model',
                log_id: uuidv7(),
                data_key_id: order.keys[at],
                sealed_message: sealedOf(message.length),
                ip_address: sealedOf(9),
                user_agent: sealedOf(10),
                hourly_limit: 50,
                terms_version: order.termsVersion,
              },
            ]),
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

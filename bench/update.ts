import { currentTerms } from '@mood/domain';
import { inBatches } from '../tests/support/in-batches.ts';
import type { BenchOptions } from './support/bench.ts';
import { applyLoad, summarise } from './support/load.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { rowsOf } from './support/report.ts';
import type { Row } from './support/report.ts';
import { interleave, measure } from './support/rounds.ts';
import { seedDataKeys } from './support/seed.ts';
import { startBenchSystem } from './support/system.ts';

const connections = 64;
/** Half of them are the floor's. A model changes its mood 50 times an hour: enough of them for all rounds. */
const models = 8_000;

/** POST update, authenticated and on disk, a worker running, beside the same statement sent by the driver alone. */
export async function benchUpdate({ say, seconds, rounds, execArgv }: BenchOptions): Promise<Row[]> {
  say(`starting a system and seeding ${models.toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const ofFloor = system.models.slice(0, models / 2);
  const ofApi = system.models.slice(models / 2);
  const keys = await seedDataKeys(system.postgres.database, ofFloor);
  const floor = await startQuietProcess('bench/floors/sql-updates.ts', { DATABASE_URL: system.env['DATABASE_URL'] ?? '' });
  try {
    await system.startWorker();
    say('asking for tokens');
    const tokens = await inBatches(ofApi, 50, (model) => system.platform.token('model', model, { expiresIn: 3_600 }));
    const order = { models: ofFloor, keys, seconds, concurrency: connections, connections: 10, termsVersion: currentTerms.version };
    let turn = 0;
    const next = () => {
      turn += 1;
      const body = {
        moodState: ['positive', 'negative', 'neutral'][turn % 3],
        customMessage: 'Feeling great today!',
        autoRespond: true,
        responseDelay: 30,
      };
      const headers = { authorization: `Bearer ${tokens[turn % tokens.length] ?? ''}`, 'content-type': 'application/json' };
      return { method: 'POST' as const, path: '/api/v1/mood/update', headers, body: JSON.stringify(body) };
    };
    const results = await interleave(
      rounds,
      [
        {
          name: 'the SQL statement, by the driver',
          run: () =>
            measure(floor, async () => {
              const { times, errors } = readTimes(await floor.ask(order));
              return summarise(times, seconds, errors);
            }),
        },
        {
          name: 'POST update, authenticated, worker running',
          run: () => measure(system.api, () => applyLoad({ url: system.apiUrl, connections, seconds, next })),
        },
      ],
      say,
    );
    return rowsOf('update', results);
  } finally {
    await floor.stop();
    await system.stop();
  }
}

function readTimes(answer: unknown): { times: number[]; errors: number } {
  if (typeof answer !== 'object' || answer === null || !('times' in answer) || !Array.isArray(answer.times) || !('errors' in answer))
    throw new Error('the floor did not say what it measured');
  return { times: answer.times.map(Number), errors: Number(answer.errors) };
}

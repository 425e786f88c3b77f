import { scrape } from '../tests/support/metrics.ts';
import { applyLoad } from './support/load.ts';
import { rowsOf } from './support/report.ts';
import type { Row } from './support/report.ts';
import type { BenchOptions } from './support/bench.ts';
import { interleave, measure } from './support/rounds.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { startBenchSystem } from './support/system.ts';

const connections = 64;

/** GET mood, authenticated, from a warm cache, beside the same server answering constant JSON. */
export async function benchRead({ say, seconds, rounds, models, execArgv }: BenchOptions): Promise<Row[]> {
  say(`starting a system and seeding ${models.toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const floor = await startQuietProcess('bench/floors/constant-json.ts', {});
  try {
    const { port } = portOf(floor.ready);
    const tokens = await Promise.all(Array.from({ length: connections }, () => system.platform.token('user')));
    const requests = (n: number) => {
      const path = `/api/v1/mood/${system.models[n % system.models.length] ?? ''}`;
      return { path, headers: { authorization: `Bearer ${tokens[n % tokens.length] ?? ''}` } };
    };
    let turn = 0;
    const next = () => requests((turn += 7_919));
    const load = (url: string) => applyLoad({ url, connections, seconds, next });
    const results = await interleave(
      rounds,
      [
        { name: 'constant JSON', run: () => measure(floor, () => load(`http://127.0.0.1:${port}`)) },
        { name: 'GET mood, authenticated, cache warm', run: () => measure(system.api, () => load(system.apiUrl)) },
      ],
      say,
    );
    const metrics = await scrape(system.metricsUrl);
    const asked = (result?: string) => metrics.value('mood_cache_requests_total', result === undefined ? {} : { result }) ?? 0;
    say(`of ${asked().toLocaleString('en-US')} questions the cache answered ${((asked('hit') / asked()) * 100).toFixed(2)} %`);
    return rowsOf('read', results);
  } finally {
    await floor.stop();
    await system.stop();
  }
}

function portOf(ready: unknown): { port: number } {
  if (typeof ready === 'object' && ready !== null && 'port' in ready && typeof ready.port === 'number') return { port: ready.port };
  throw new Error('the floor did not say which port it listens on');
}

import { scrape } from '@mood/testing/metrics';
import { floorUrl } from './support/floor-port.ts';
import { applyLoad } from './support/load.ts';
import { rowsOf } from './support/report.ts';
import type { Report } from './support/report.ts';
import type { BenchOptions } from './support/bench.ts';
import { interleave, measure } from './support/rounds.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { startBenchSystem } from './support/system.ts';
import { warmMoods } from './support/warm-moods.ts';

const connections = 64;

const hitRatio = (share: number) => ({
  bench: 'read',
  what: 'questions that the cache answered',
  value: `${(share * 100).toFixed(2)} %`,
  goal: '> 95 %',
});

/** @returns how many questions the cache answered, and how many it was asked. */
async function askedOfCache(metricsUrl: string): Promise<[number, number]> {
  const metrics = await scrape(metricsUrl);
  const name = 'mood_cache_requests_total';
  return [metrics.value(name, { result: 'hit' }) ?? 0, metrics.value(name) ?? 0];
}

/** GET mood, authenticated, from a warm cache, beside the same server answering constant JSON. */
export async function benchRead({ say, seconds, rounds, models, execArgv }: BenchOptions): Promise<Report> {
  say(`starting a system and seeding ${models.toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const floor = await startQuietProcess('bench/floors/constant-json.ts', {});
  try {
    const tokens = await Promise.all(Array.from({ length: connections }, () => system.platform.token('user')));
    const requests = (n: number) => {
      const path = `/api/v1/mood/${system.models[n % system.models.length] ?? ''}`;
      return { path, headers: { authorization: `Bearer ${tokens[n % tokens.length] ?? ''}` } };
    };
    say('reading every mood once');
    await warmMoods(system, requests(0).headers);
    const [hitsBefore, askedBefore] = await askedOfCache(system.metricsUrl);
    let turn = 0;
    const next = () => requests((turn += 7_919));
    const load = (url: string) => applyLoad({ url, connections, seconds, next });
    const results = await interleave(
      rounds,
      [
        { name: 'constant JSON', run: () => measure(floor, () => load(floorUrl(floor.ready))) },
        { name: 'GET mood, authenticated, cache warm', run: () => measure(system.api, () => load(system.apiUrl)) },
      ],
      say,
    );
    const [hits, asked] = await askedOfCache(system.metricsUrl);
    const share = (hits - hitsBefore) / (asked - askedBefore);
    return { rows: rowsOf('read', results), figures: [hitRatio(share)] };
  } finally {
    await floor.stop();
    await system.stop();
  }
}

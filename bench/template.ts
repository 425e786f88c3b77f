import type { BenchOptions } from './support/bench.ts';
import { floorUrl } from './support/floor-port.ts';
import { applyLoad } from './support/load.ts';
import type { Load } from './support/load.ts';
import { startQuietProcess } from './support/quiet-process.ts';
import { rowsOf } from './support/report.ts';
import type { Report } from './support/report.ts';
import { interleave, measure } from './support/rounds.ts';
import { startBenchSystem } from './support/system.ts';

const connections = 64;

/** GET template and POST render beside constant JSON. */
export async function benchTemplate({ say, seconds, rounds, models, execArgv }: BenchOptions): Promise<Report> {
  say(`starting a system and seeding ${models.toLocaleString('en-US')} models`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  const floor = await startQuietProcess('bench/floors/constant-json.ts', {});
  try {
    const user = await system.platform.token('user');
    const service = await system.platform.token('service', undefined, { scope: 'mood:render' });
    let turn = 0;
    const modelId = () => system.models[(turn += 7_919) % system.models.length] ?? '';
    const get = () => ({
      path: `/api/v1/mood/template?modelId=${modelId()}&templateType=greeting&userTier=gold`,
      headers: { authorization: `Bearer ${user}` },
    });
    const render = () => ({
      method: 'POST' as const,
      path: '/api/v1/mood/template/render',
      headers: { authorization: `Bearer ${service}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        modelId: modelId(),
        templateType: 'tip_thank_you',
        userTier: 'gold',
        variables: { userName: 'John', amount: 50, currency: '$', modelName: 'Sophia' },
      }),
    });
    const load = (url: string, next: Load['next']) => applyLoad({ url, connections, seconds, next });
    const results = await interleave(
      rounds,
      [
        { name: 'constant JSON', run: () => measure(floor, () => load(floorUrl(floor.ready), get)) },
        { name: 'GET template, authenticated, cache warm', run: () => measure(system.api, () => load(system.apiUrl, get)) },
        { name: 'POST render, authenticated, cache warm', run: () => measure(system.api, () => load(system.apiUrl, render)) },
      ],
      say,
    );
    return { rows: rowsOf('template', results), figures: [] };
  } finally {
    await floor.stop();
    await system.stop();
  }
}

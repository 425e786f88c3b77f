import { setTimeout as pause } from 'node:timers/promises';
import { warmMoods } from '../support/warm-moods.ts';
import type { BenchOptions } from '../support/bench.ts';
import { applyPacedLoad } from '../support/paced-load.ts';
import { mebibytes } from '../support/report.ts';
import type { Figure } from '../support/report.ts';
import { measure } from '../support/rounds.ts';
import { startBenchSystem } from '../support/system.ts';

const connections = 5_000;
const perSecond = 5_000;
/** V8 looks for memory to give back when nothing has been collected for 100 s. */
const quietSeconds = 150;

/** So many clients, each with a connection of its own and a question a second. */
export async function benchManyConnections({ say, seconds, models, execArgv }: BenchOptions): Promise<Figure[]> {
  say(`starting a system for ${connections.toLocaleString('en-US')} connections`);
  const system = await startBenchSystem({ models, redis: true, execArgv });
  try {
    const token = await system.platform.token('user');
    const headers = { authorization: `Bearer ${token}` };
    await warmMoods(system, headers);
    let turn = 0;
    const next = () => ({ path: `/api/v1/mood/${system.models[(turn += 7_919) % system.models.length] ?? ''}`, headers });
    const load = { url: system.apiUrl, connections, perSecond, next };
    say('warming up');
    await applyPacedLoad({ ...load, seconds: Math.min(5, seconds) });
    say(`${perSecond.toLocaleString('en-US')} requests a second offered, for ${seconds} s`);
    const result = await measure(system.api, () => applyPacedLoad({ ...load, seconds }));
    say(`nothing, for ${quietSeconds} s`);
    await pause(quietSeconds * 1_000);
    const later = system.api.memory();
    const what = `${connections.toLocaleString('en-US')} connections, ${perSecond.toLocaleString('en-US')}/s offered`;
    const { perSecond: answered, p50, p95, p99, errors, memory } = result;
    const figure = (name: string, value: string, goal: string) => ({ bench: 'scale', what: `${what}: ${name}`, value, goal });
    return [
      figure('answered', `${Math.round(answered).toLocaleString('en-US')}/s`, 'what is offered'),
      figure('p50, p95, p99', [p50, p95, p99].map((ms) => `${ms.toFixed(1)} ms`).join(', '), 'p95 < 50 ms'),
      figure('errors', String(errors), '0'),
      figure('RSS of the API at the end', mebibytes(memory), 'none'),
      figure(`RSS of the API ${quietSeconds} s later`, mebibytes(later), '≤ 250 MB after the runs'),
    ];
  } finally {
    await system.stop();
  }
}

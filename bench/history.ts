import type { BenchOptions } from './support/bench.ts';
import { applyLoad } from './support/load.ts';
import { rowsOf } from './support/report.ts';
import type { Report } from './support/report.ts';
import { interleave, measure } from './support/rounds.ts';
import { seedHistory } from './support/seed.ts';
import { startBenchSystem } from './support/system.ts';
import type { BenchSystem } from './support/system.ts';

const connections = 64;
const sizes = [10_000, 1_000_000] as const;
const transitionsPerModel = 100;

/** The first page of a history in a log of a million rows, beside one of ten thousand. */
export async function benchHistory({ say, seconds, rounds, execArgv }: BenchOptions): Promise<Report> {
  const systems: BenchSystem[] = [];
  try {
    const contenders = [];
    for (const size of sizes) {
      say(`starting a system with ${size.toLocaleString('en-US')} rows in its audit log`);
      const system = await startBenchSystem({ models: size / transitionsPerModel, redis: false, execArgv });
      systems.push(system);
      await seedHistory(system.postgres.database, transitionsPerModel);
      const token = await system.platform.token('user');
      let turn = 0;
      const next = () => ({
        path: `/api/v1/mood/${system.models[(turn += 7_919) % system.models.length] ?? ''}/history`,
        headers: { authorization: `Bearer ${token}` },
      });
      const run = () => measure(system.api, () => applyLoad({ url: system.apiUrl, connections, seconds, next }));
      contenders.push({ name: `history, first page of 20, ${size.toLocaleString('en-US')} rows`, run });
    }
    return { rows: rowsOf('history', await interleave(rounds, contenders, say)), figures: [] };
  } finally {
    await Promise.all(systems.map((system) => system.stop()));
  }
}

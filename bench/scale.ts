import { benchBacklog } from './scale/backlog.ts';
import { benchManyConnections } from './scale/many-connections.ts';
import { benchSoak } from './scale/soak.ts';
import type { BenchOptions } from './support/bench.ts';
import type { Report } from './support/report.ts';

/** What has no floor: many connections, a backlog, a long time. */
export async function benchScale(options: BenchOptions): Promise<Report> {
  return {
    rows: [],
    figures: [...(await benchManyConnections(options)), ...(await benchBacklog(options)), ...(await benchSoak(options))],
  };
}

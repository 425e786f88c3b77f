import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Redis holds the jobs: whoever runs a worker, or looks into the queues, sees what holds them. */
const jobs = /\bworkers: [1-9]|\.startWorker\(|\.queues\(|'apps\/worker\/src\/main\.ts'/;
/** Redis holds current moods: whoever reads one is answered from there. Histories, templates and documents are not. */
const moods = /\.get\(`\/api\/v1\/mood\/\$\{[^}]+\}`|'\/api\/v1\/mood\/me'/;

/** They match, and Redis has no part in them. */
const exceptions = new Map([
  ['tests/integration/deployment.test.ts', 'names the file of the worker, and starts a Redis of its own'],
  ['tests/integration/shutdown.test.ts', 'ends processes that have nothing to do with each other'],
  ['tests/integration/abuse.test.ts', 'counts, alerts and feedback are in PostgreSQL; what tells of them goes the way of all promises'],
  ['tests/integration/analytics.test.ts', 'sums up what is in PostgreSQL'],
  ['tests/e2e/experiments.test.ts', 'counts in PostgreSQL'],
  ['tests/e2e/template-changes.test.ts', 'templates are read from PostgreSQL by every process'],
]);

/** Kills and races of jobs, one of each kind: they take long, and the others kill what is not Redis. */
const faults = ['worker-kill', 'expiry-races', 'rolling-restart'].map((name) => `tests/faults/${name}.test.ts`);

/** Whether a test file runs a whole system on the stores of its round, and sees in it what Redis holds. */
function seesRedis(file: string): boolean {
  const source = readFileSync(path.join(root, file), 'utf8');
  return /\bstartStack\(/.test(source) && (jobs.test(source) || moods.test(source)) && !exceptions.has(file);
}

/** The test files that run once more with Redis, by what they do, and those that are about Redis. @returns paths in the project. */
export function redisTests(): string[] {
  const systems = globSync('tests/{integration,e2e}/*.test.ts', { cwd: root }).filter(seesRedis);
  return [...systems, ...faults, ...globSync('tests/redis/*.test.ts', { cwd: root })].toSorted();
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { usesTools } from '../run/choose-tests.ts';
import { runJest } from '../run/run-jest.ts';
import type { JestReport } from '../run/run-jest.ts';
import { startServers } from '../run/servers.ts';
import { provideTools } from '../run/tools.ts';
import type { PlantedFault } from './planted-fault.ts';

export interface PlantedRun {
  /** The tests that need no server. */
  quick: ReadonlySet<string>;
  faults: readonly PlantedFault[];
  /** A copy of the checkout. */
  checkout: string;
  /** For the servers, and for what jest reports. */
  folder: string;
  /** Of the test runs. */
  env: NodeJS.ProcessEnv;
  /** Whether jest shows what it does. */
  verbose: boolean;
  stop: AbortSignal;
  say: (line: string) => void;
}

export interface PlantedResult {
  /** `broken`: the code did not run with it, the database did not take it, or its tests fail without it, so that nothing is known. */
  verdict: 'noticed' | 'survived' | 'broken';
  /** The first test that failed, or why it is broken. */
  by: string;
}

/** The share of planted faults that the tests have to notice. */
export const wantedShare = 0.95;

/** SQL functions reach a test by the database that every test's database is a copy of. */
const isSql = ({ file }: PlantedFault) => file.endsWith('.sql');

/**
 * Plants one fault after the other and runs the tests that it names. Each test file has to pass without any fault first, once.
 * @throws when `stop` says so.
 */
export async function runPlantedFaults(run: PlantedRun): Promise<Map<PlantedFault, PlantedResult>> {
  const { faults, quick, stop, say } = run;
  const needsServers = ({ tests }: PlantedFault) => tests.some((test) => !quick.has(test));
  // Those that need no server go first, while the servers start.
  const ordered = [...faults].toSorted((a, b) => Number(needsServers(a)) - Number(needsServers(b)));
  const onServers = faults.filter(needsServers);
  if (onServers.some(({ tests }) => tests.some((test) => usesTools.test(test) && !quick.has(test)))) provideTools();
  const servers = onServers.length > 0 ? startServers(run.folder, stop, false) : undefined;
  servers?.catch(() => {});
  try {
    const results = new Map<PlantedFault, PlantedResult>();
    const sound = new Set<string>();
    for (const [index, fault] of ordered.entries()) {
      const started = performance.now();
      // A server of a test's own is migrated by the copied checkout, with what is planted there.
      const env = { ...run.env, ...(needsServers(fault) ? { ...(await servers)?.env, TEST_POSTGRES_FILES: undefined } : {}) };
      const result = (await findUnsound({ ...run, env }, fault, sound)) ?? (await judge({ ...run, env }, fault));
      results.set(fault, result);
      const seconds = Math.round((performance.now() - started) / 1_000);
      say(`${String(index + 1).padStart(4)}/${faults.length}  ${result.verdict.padEnd(8)}  ${fault.name} (${seconds} s)  ${result.by}`);
    }
    return results;
  } finally {
    await (await servers?.catch(() => undefined))?.remove();
  }
}

/** @returns what is wrong with the tests of a fault as they are; undefined when they pass. @param sound those that have passed. */
async function findUnsound(run: PlantedRun, { tests }: PlantedFault, sound: Set<string>): Promise<PlantedResult | undefined> {
  const unseen = tests.filter((test) => !sound.has(test));
  if (unseen.length === 0) return undefined;
  const { failures, broken } = await runTests(run, unseen);
  if (failures.length + broken > 0) return { verdict: 'broken', by: `without it, too: ${failures.join('; ')}` };
  for (const test of unseen) sound.add(test);
  return undefined;
}

async function judge(run: PlantedRun, fault: PlantedFault): Promise<PlantedResult> {
  const file = path.join(run.checkout, fault.file);
  const sound = await readFile(file, 'utf8');
  await writeFile(
    file,
    sound.replace(fault.from, () => fault.to),
  );
  try {
    if (isSql(fault) && !(await renewFunctions(run))) return { verdict: 'broken', by: 'the database does not take it' };
    const { failures, broken } = await runTests(run, fault.tests);
    if (failures[0] !== undefined) return { verdict: 'noticed', by: failures[0] };
    return broken > 0 ? { verdict: 'broken', by: 'the tests could not be loaded' } : { verdict: 'survived', by: fault.survives ?? '' };
  } finally {
    await writeFile(file, sound);
    if (isSql(fault) && !run.stop.aborted) await renewFunctions(run);
  }
}

/** Brings the functions of the copied checkout into the database that tests copy, in a process of that checkout. */
async function renewFunctions({ checkout, env, verbose }: PlantedRun): Promise<boolean> {
  const script = path.join(checkout, 'tests/mutation/renew-functions.ts');
  const renewing = spawn(process.execPath, [script], { cwd: checkout, env, stdio: verbose ? 'inherit' : 'ignore' });
  const [code] = await once(renewing, 'exit');
  return code === 0;
}

/** @returns the tests that failed, and how many files could not be run. */
async function runTests(run: PlantedRun, tests: readonly string[]): Promise<{ failures: string[]; broken: number }> {
  const rounds = new Set(tests.map((test) => (run.quick.has(test) ? 'quick' : test.startsWith('tests/redis/') ? 'redis' : 'postgres')));
  const { report } = await runJest({
    // One after the other, in one process: most runs are of one file.
    arguments: ['--runInBand', '--runTestsByPath', ...tests, '--selectProjects', ...rounds],
    env: run.env,
    folder: run.folder,
    cwd: run.checkout,
    isSilent: !run.verbose,
    stop: run.stop,
  });
  run.stop.throwIfAborted();
  return { failures: failuresOf(report), broken: report === undefined ? 1 : report.numRuntimeErrorTestSuites };
}

const failuresOf = (report: JestReport | undefined): string[] =>
  (report?.testResults ?? []).flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.split('\n')[0] ?? ''),
  );

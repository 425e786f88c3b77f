import path from 'node:path';
import { parseArgs } from 'node:util';
import { chooseTests, usesTools } from './choose-tests.ts';
import { countedTests } from './counted-tests.ts';
import { coveringTests } from './covering-tests.ts';
import { inspectRunLogs } from './inspect-run-logs.ts';
import { jestArguments, rounds } from './jest-arguments.ts';
import { quickTests } from './quick-tests.ts';
import { createRunFolder } from './run-folder.ts';
import { runJest } from './run-jest.ts';
import type { JestResult } from './run-jest.ts';
import { startServers } from './servers.ts';
import type { RunServers } from './servers.ts';
import { describeResults, failedFiles, failures, timeTable } from './test-report.ts';
import { provideTools } from './tools.ts';

/** More files that fail are no accident of a busy machine. */
const secondLooks = 3;
const help = `Runs the tests on a PostgreSQL and a Redis of their own, which are made for the run and removed after it.
What needs no server runs first. Tests of a whole system run twice where it matters: with its queues in PostgreSQL, and in Redis. Some run on
a Redis cluster, too.

  npm test                      everything, with reduced counts where tests kill, wait or repeat a lot
  npm test -- PATH …            the test files whose path matches
  npm test -- -t WORDS          the tests whose name matches
  npm test -- --selectProjects postgres   one round alone: ${rounds.join(', ')}; paths may come before or after
  npm test -- --times           prints a table of how long each file took
  npm run test:quick            what needs no server, no database and no process: --selectProjects quick
  npm run test:faults           tests/faults, tests/redis and whatever repeats less in npm test, with the full counts (takes long)

When everything runs and at most ${secondLooks} files fail, those run once more, alone; where coverage is measured, all that it is measured with does. What
passes then is listed as a race or a fault of the test, which somebody has to mend; it does not fail the run. What was chosen by hand gets no second look.

Other options go to jest as they are. The exit code is 0 when every test that was chosen passed and at least one did.`;

const { values, tokens } = parseArgs({
  options: { faults: { type: 'boolean' }, times: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  strict: false,
  tokens: true,
});
if (values.help === true) {
  console.log(help);
  process.exit(0);
}

const faults = values.faults === true;
const given = readArguments(process.argv.slice(2).filter((argument) => !['--faults', '--times'].includes(argument)));
const ours = new Set(['faults', 'times']);
const selects = tokens.some((token) => token.kind === 'positional' || (token.kind === 'option' && !ours.has(token.name)));
const parentEveryMs = 500;
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Before anything is installed or started. Empty when everything runs: then jest, which takes two seconds to say, need not be asked. */
const chosen = given.length === 0 ? [] : await chooseTests(given);
const quick = new Set(quickTests());
const needsServers = !selects || chosen.some((file) => !quick.has(file));

const stopped = new AbortController();
function stop(code: number): void {
  process.exitCode = code;
  stopped.abort();
}
for (const [signal, code] of Object.entries(signals)) process.on(signal, () => stop(code));
// npm that is ended passes the signal to its shell, which does not pass it on: then this process gets another parent.
const parent = process.ppid;
setInterval(() => {
  if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) stop(signals.SIGTERM);
}, parentEveryMs).unref();

function readArguments(written: readonly string[]): string[] {
  try {
    return jestArguments(written);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

interface Round {
  arguments: string[];
  onServers: boolean;
  /** What runs once more when these files have failed. Absent: nothing. */
  again?: (files: readonly string[]) => string[];
}

/** The runs of jest, one after the other. */
function runsOfJest(): Round[] {
  if (selects) return [{ arguments: given, onServers: needsServers }];
  if (faults) return [{ arguments: ['tests/faults', 'tests/redis', ...countedTests()], onServers: true }];
  const covering = ['--coverage', '--runTestsByPath', ...coveringTests(), '--selectProjects', 'quick'];
  return [
    // Coverage is that of all of them.
    { arguments: covering, onServers: false, again: () => covering },
    // Tests that compute take the processor while those of whole systems wait.
    {
      arguments: ['--filter', path.join(import.meta.dirname, 'without-covering-tests.ts'), '--selectProjects', ...rounds],
      onServers: true,
      again: (files) => ['--runInBand', '--runTestsByPath', ...files, '--selectProjects', ...rounds],
    },
  ];
}

/** What the processes of the whole run have logged: no token, no address, no message, no name, and no error that nobody expected. */
function logsAreClean(logFolder: string): boolean {
  const { files, lines, findings } = inspectRunLogs(logFolder);
  for (const { file, what, line } of findings.slice(0, 20)) console.error(`The log ${file} holds ${JSON.stringify(what)}: ${line}`);
  if (files > 0) console.log(`logs of ${files} processes, ${lines} lines: ${findings.length} hold what they must not`);
  return findings.length === 0;
}

/** What failed beside others and passed the second time. */
const doubted: string[] = [];

/** Looks a second time at the few files that failed. @returns what counts. */
async function lookAgain({ again }: Round, first: JestResult, env: NodeJS.ProcessEnv): Promise<JestResult> {
  const { report } = first;
  const files = failedFiles(first);
  if (again === undefined || report === undefined || files.length === 0 || files.length > secondLooks || stopped.signal.aborted)
    return first;
  console.log(`Looking again at what failed beside others: ${files.map((file) => path.relative(process.cwd(), file)).join(', ')}`);
  const second = await runJest({ arguments: again(files), env, folder: folder.path, stop: stopped.signal });
  if (second.code !== 0) return first;
  doubted.push(...failures(first));
  const passed = report.numPassedTests + report.numFailedTests;
  return { code: 0, report: { ...report, numPassedTests: passed, numFailedTests: 0, numRuntimeErrorTestSuites: 0 } };
}

const folder = await createRunFolder();
let servers: Promise<RunServers> | undefined;
try {
  if (!selects || chosen.some((file) => usesTools.test(file) && !quick.has(file))) provideTools();
  // While what needs none of them runs.
  if (needsServers) servers = startServers(folder.path, stopped.signal, !selects);
  servers?.catch(() => {});
  const results: JestResult[] = [];
  for (const run of runsOfJest()) {
    const ofServers = run.onServers ? (await servers)?.env : {};
    stopped.signal.throwIfAborted();
    const env = {
      ...process.env,
      TMPDIR: folder.temporary,
      TEST_LOG_FOLDER: folder.logs,
      ...(faults && { TEST_COUNTS: 'full' }),
      ...ofServers,
    };
    const result = await runJest({ arguments: run.arguments, env, folder: folder.path, stop: stopped.signal });
    results.push(await lookAgain(run, result, env));
  }
  const clean = logsAreClean(folder.logs);
  if (values.times === true) console.log(timeTable(results));
  for (const line of doubted) console.error(`Failed beside others and passed the second time, a race or a fault of the test: ${line}`);
  const { words, code } = describeResults(results, doubted);
  if (!stopped.signal.aborted) process.exitCode = code === 0 && !clean ? 1 : code;
  console.log(words);
} catch (error) {
  if (stopped.signal.aborted) console.log('Stopped before the tests began.');
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await (await servers?.catch(() => undefined))?.remove();
  await folder.remove();
}

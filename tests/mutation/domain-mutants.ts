import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The share of mutants that the tests have to notice, in percent. Static ones, which would run every test, and those that no test reaches count, too, as Stryker says. */
const wantedPercent = 85;

export interface DomainRun {
  /** A copy of the checkout: mutants are written into it. */
  checkout: string;
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Globs below `libs/domain/src`; undefined: all. */
  only: readonly string[] | undefined;
  /** A file that keeps the results. */
  incremental: string | undefined;
  stop: AbortSignal;
}

/** Runs StrykerJS on the rules of the domain, with its own tests. @returns whether they notice enough. */
export async function runDomainMutants({ checkout, folder, env, only = ['**/*'], incremental, stop }: DomainRun): Promise<boolean> {
  const options = {
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    // It is a copy already.
    inPlace: true,
    mutate: [
      ...only.map((glob) => `libs/domain/src/${glob.replace(/\.ts$/, '')}.ts`),
      '!libs/domain/src/**/*.test.ts',
      '!libs/domain/src/**/*.{fake,fixture}.ts',
    ],
    // What runs when a module is loaded would have to be tested by everything.
    ignoreStatic: true,
    coverageAnalysis: 'perTest',
    // TypeScript 7 has no compiler that Stryker could ask.
    tsconfigFile: 'none',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings', '--max-semi-space-size=64'],
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        testEnvironment: 'node',
        transform: {},
        extensionsToTreatAsEsm: ['.ts'],
        moduleFileExtensions: ['ts', 'js', 'json', 'node', 'mjs', 'cjs'],
        roots: ['<rootDir>/libs/domain'],
        testMatch: ['<rootDir>/libs/domain/**/*.test.ts'],
      },
    },
    incremental: incremental !== undefined,
    ...(incremental !== undefined && { incrementalFile: path.resolve(incremental) }),
    tempDirName: path.join(folder, 'stryker'),
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    thresholds: { high: 100, low: wantedPercent, break: wantedPercent },
    timeoutMS: 20_000,
    dryRunTimeoutMinutes: 20,
  };
  const file = path.join(folder, 'stryker.json');
  await writeFile(file, JSON.stringify(options));
  const command = path.join(checkout, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const stryker = spawn(process.execPath, [command, 'run', file], { cwd: checkout, env, stdio: 'inherit', detached: true });
  const end = (signal: NodeJS.Signals) => {
    try {
      if (stryker.pid !== undefined) process.kill(-stryker.pid, signal);
    } catch {
      // All of it is gone.
    }
  };
  const onStop = () => end('SIGKILL');
  stop.addEventListener('abort', onStop);
  const [code] = await once(stryker, 'exit');
  stop.removeEventListener('abort', onStop);
  end('SIGKILL');
  return code === 0;
}

import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { quickTests } from './tests/run/quick-tests.ts';
import { redisTests } from './tests/run/redis-tests.ts';

const root = import.meta.dirname;
const quick = quickTests();

/** Whether anything of a file is there to run: not in one that holds types alone, nor in a package's list of exports. */
function hasCode(file) {
  if (path.basename(file) === 'index.ts') return false;
  const code = stripTypeScriptTypes(readFileSync(path.join(root, file), 'utf8'));
  return code.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*|\bexport\s*\{\s*\}/gs, '').replaceAll(/[\s;]/g, '') !== '';
}

/** Jest runs the TypeScript as it is, as ES modules. */
const common = {
  rootDir: root,
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node', 'mjs', 'cjs'],
  // Not in the folder for temporary files, which each run has to itself.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tests'],
};

export default {
  projects: [
    {
      ...common,
      displayName: 'quick',
      testMatch: quick.map((file) => `<rootDir>/${file}`),
    },
    {
      ...common,
      displayName: 'postgres',
      testMatch: ['<rootDir>/{apps,libs,tests}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/redis/', ...quick.map((file) => `<rootDir>/${RegExp.escape(file)}$`)],
    },
    {
      ...common,
      displayName: 'redis',
      // What sees jobs or current moods runs once more, where Redis holds them.
      testMatch: redisTests().map((file) => `<rootDir>/${file}`),
      setupFiles: ['<rootDir>/tests/run/run-on-redis.ts'],
    },
    {
      ...common,
      displayName: 'redis-cluster',
      testMatch: ['<rootDir>/tests/e2e/{auto-reply,expiry}.test.ts'],
      setupFiles: ['<rootDir>/tests/run/run-on-redis-cluster.ts'],
    },
  ],
  testSequencer: '<rootDir>/tests/run/longest-first.ts',
  // Ends what hangs. On a machine that has other things to do, a whole system takes a minute to start.
  testTimeout: 240_000,
  // Tests of a system wait for more than half of their time, for processes to start and for what is to come.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // A worker keeps something of every file that it has run: past this it spends its time on collecting garbage.
  workerIdleMemoryLimit: '768MB',
  // Measured when `npm test` runs everything: the rules of the domain are held to tests that run in one process.
  coverageProvider: 'v8',
  collectCoverageFrom: globSync('libs/domain/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts', '**/*.{fake,fixture}.ts'] }).filter(
    hasCode,
  ),
  coverageReporters: ['text'],
  coverageThreshold: { './libs/domain/src/': { lines: 90 } },
};

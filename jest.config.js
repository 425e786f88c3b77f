import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';

const root = import.meta.dirname;

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
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tests'],
};

/** What crosses packages and runs a whole system runs twice: with nothing but PostgreSQL, and with Redis. */
const alsoOnRedis = ['integration', 'e2e', 'faults'];
const onRedisAlone = 'redis';
/** Commands of operators: they meet the database alone. */
const notOnRedis = ['e2e/audit-commands', 'e2e/template-files'];

export default {
  projects: [
    {
      ...common,
      displayName: 'postgres',
      testMatch: ['<rootDir>/{apps,libs,tests}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', `<rootDir>/tests/${onRedisAlone}/`],
    },
    {
      ...common,
      displayName: 'redis',
      testPathIgnorePatterns: ['/node_modules/', ...notOnRedis.map((name) => `<rootDir>/tests/${name}.test.ts`)],
      testMatch: [...alsoOnRedis, onRedisAlone].map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
      setupFiles: ['<rootDir>/tests/support/run-on-redis.ts'],
    },
    {
      ...common,
      displayName: 'redis-cluster',
      testMatch: ['<rootDir>/tests/e2e/{auto-reply,expiry}.test.ts'],
      setupFiles: ['<rootDir>/tests/support/run-on-redis-cluster.ts'],
    },
  ],
  testTimeout: 60_000,
  maxWorkers: 2,
  // Measured when `npm test` runs everything: the rules of the domain are held to tests that run in one process.
  coverageProvider: 'v8',
  collectCoverageFrom: globSync('libs/domain/src/**/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).filter(hasCode),
  coverageReporters: ['text'],
  coverageThreshold: { './libs/domain/src/': { lines: 90 } },
};

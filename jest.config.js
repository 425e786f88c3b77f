/** Jest runs the TypeScript as it is, as ES modules. */
export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node', 'mjs', 'cjs'],
  testMatch: ['<rootDir>/{apps,libs,tests}/**/*.test.ts'],
  testTimeout: 60_000,
};

/**
 * One Jest set-up for every project. Sources are TypeScript run as native ES modules; workspace packages
 * resolve to their source by the `darkroom-source` condition, so tests need no build.
 */
export default {
  testEnvironment: `${import.meta.dirname}/libs/testing/src/services/leaves-nothing-open.ts`,
  testEnvironmentOptions: { customExportConditions: ['darkroom-source', 'node'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2024' } }],
  },
  testMatch: ['<rootDir>/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '/\\.darkroom'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
  globalSetup: `${import.meta.dirname}/libs/testing/src/services/global-setup.ts`,
  globalTeardown: `${import.meta.dirname}/libs/testing/src/services/global-teardown.ts`,
};

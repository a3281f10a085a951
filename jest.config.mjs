import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Shared by both projects: swc turns TypeScript into ESM as the build does, and `./x.js` imports find `./x.ts`. */
const project = (displayName, roots) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: roots.filter((root) => existsSync(join(import.meta.dirname, root))).map((root) => `<rootDir>/${root}`),
  testMatch: ['**/*.spec.ts'],
  testEnvironment: '<rootDir>/test/support/jest/shared-realm.environment.mjs',
  testRunner: '<rootDir>/test/support/jest/shared-packages.runner.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/test/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/fixtures/architecture/'],
});

export default {
  maxWorkers: 2,
  // No verdict depends on the speed of the machine: this only ends a test that hangs.
  testTimeout: 300_000,
  projects: [
    project('unit', ['src', 'simulator', 'agent']),
    {
      ...project('integration', ['test', 'mql5-harness']),
      // One real Postgres for the run; nothing of it is left afterwards.
      globalSetup: '<rootDir>/test/support/test-postgres.setup.mjs',
      globalTeardown: '<rootDir>/test/support/test-postgres.teardown.mjs',
    },
  ],
};

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** Folders whose specs lie beside the code. */
const UNITS = ['src', 'simulator', 'agent'];

/** Specs of several folders that need neither a database nor a socket, a process or a browser. */
const PURE = '**/*.pure.spec.ts';

/** Shared by both projects: swc turns TypeScript into ESM as the build does, and `./x.js` imports find `./x.ts`. */
const project = (displayName, roots, testMatch) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: roots.filter((root) => existsSync(join(import.meta.dirname, root))).map((root) => `<rootDir>/${root}`),
  testMatch,
  testEnvironment: '<rootDir>/test/support/jest/shared-realm.environment.mjs',
  testRunner: '<rootDir>/test/support/jest/shared-packages.runner.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/test/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/fixtures/architecture/'],
});

export default {
  // One more than there are cores: the longest files mostly wait for processes.
  maxWorkers: Math.min(availableParallelism() + 1, 4),
  testSequencer: '<rootDir>/test/support/jest/longest-first.sequencer.mjs',
  // No verdict depends on the speed of the machine: this only ends a test that hangs.
  testTimeout: 900_000,
  projects: [
    // Opens no socket and starts no process, so that `npm run check` can run it.
    project(
      'unit',
      [...UNITS, 'test', 'mql5-harness'],
      [...UNITS.map((folder) => `<rootDir>/${folder}/**/*.spec.ts`), PURE],
    ),
    {
      ...project('integration', ['test', 'mql5-harness'], ['**/*.spec.ts', `!${PURE}`]),
      // One real Postgres for the run; nothing of it is left afterwards.
      globalSetup: '<rootDir>/test/support/test-postgres.setup.mjs',
      globalTeardown: '<rootDir>/test/support/test-postgres.teardown.mjs',
    },
  ],
};

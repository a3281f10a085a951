const program = (file) => ({ build: 'required', command: ({ args }) => ['--enable-source-maps', file, ...args] });
const script = (file) => ({ build: 'none', command: ({ args }) => [file, ...args] });

/**
 * Every npm script by name. `build` says whether the task needs dist (`required`), is content with an old one
 * (`wanted`) or does not look at it (`none`); `command` gives what follows `node`.
 */
export const tasks = {
  demo: program('dist/scripts/demo.js'),
  start: program('dist/src/main.js'),
  simulator: program('dist/simulator/main.js'),
  agent: program('dist/agent/main.js'),
  conformance: program('dist/conformance/main.js'),
  migrate: program('dist/scripts/migrate.js'),
  keys: program('dist/scripts/keys.js'),
  audit: program('dist/scripts/audit.js'),
  db: program('dist/scripts/db.js'),
  doctor: program('dist/scripts/doctor.js'),
  load: program('dist/scripts/load.js'),
  openapi: program('dist/scripts/openapi.js'),
  schemas: program('dist/scripts/schemas.js'),
  mutants: program('dist/scripts/mutants.js'),
  'generate-userlist': program('dist/scripts/generate-userlist.js'),
  bench: { build: 'required', command: ({ args }) => benchmark(args) },
  build: { build: 'required' },
  dev: { build: 'required', command: ({ args }) => ['scripts/dev.mjs', ...args] },
  test: { build: 'required', command: ({ args }) => ['scripts/test.mjs', ...args] },
  jest: { build: 'wanted', command: ({ args }) => [...jestCommand, ...args] },
  check: script('scripts/check.mjs'),
  format: script('scripts/format.mjs'),
};

/** Jest with ES modules; the flag's own warning would be repeated by every worker. */
export const jestCommand = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

function benchmark([name, ...rest]) {
  const file = /^[a-z0-9-]+$/.test(name ?? '') ? `dist/bench/${name}.js` : undefined;
  return file && ['--enable-source-maps', file, ...rest];
}

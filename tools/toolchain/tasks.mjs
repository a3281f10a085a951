const program = (file) => ({ build: 'required', command: ({ args }) => ['--enable-source-maps', file, ...args] });
const script = (file) => ({ build: 'none', command: ({ args }) => [file, ...args] });

/**
 * Every npm script by name. `build` says whether the task needs dist (`required`), is content with an old one
 * (`wanted`) or does not look at it (`none`); `command` gives what follows `node`.
 */
export const tasks = {
  demo: program('dist/cli/demo.js'),
  start: program('dist/src/main.js'),
  simulator: program('dist/simulator/main.js'),
  agent: program('dist/agent/main.js'),
  conformance: program('dist/conformance/main.js'),
  migrate: program('dist/cli/migrate.js'),
  keys: program('dist/cli/keys.js'),
  audit: program('dist/cli/audit.js'),
  db: program('dist/cli/db.js'),
  doctor: program('dist/cli/doctor.js'),
  load: program('dist/cli/load.js'),
  openapi: program('dist/tools/openapi.js'),
  schemas: program('dist/tools/schemas.js'),
  mutants: program('dist/tools/mutants.js'),
  'generate-userlist': program('dist/cli/generate-userlist.js'),
  bench: { build: 'required', command: ({ args }) => benchmark(args) },
  build: { build: 'required' },
  dev: { build: 'required', command: ({ args }) => ['tools/dev.mjs', ...args] },
  test: { build: 'required', command: ({ args }) => ['tools/test.mjs', ...args] },
  jest: { build: 'wanted', command: ({ args }) => [...jestCommand, ...args] },
  check: script('tools/check.mjs'),
  format: script('tools/format.mjs'),
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

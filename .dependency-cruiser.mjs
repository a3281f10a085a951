/** The architecture: each folder may import itself and the folders listed for it. Lower folders come first. */
const MAY_IMPORT = {
  kernel: [],
  core: ['kernel'],
  market: ['kernel'],
  bridge: ['kernel'],
  config: ['kernel', 'market'],
  http: ['kernel', 'config'],
  metrics: ['kernel', 'config'],
  persistence: ['kernel', 'config', 'market', 'metrics'],
  terminals: ['kernel', 'core', 'config', 'market', 'bridge', 'http', 'metrics', 'persistence'],
  access: ['kernel', 'config', 'market', 'http', 'metrics', 'persistence'],
  candles: ['kernel', 'config', 'market', 'http', 'metrics', 'persistence', 'terminals', 'access'],
  indicators: ['kernel', 'config', 'market', 'http', 'metrics', 'persistence', 'terminals', 'access', 'candles'],
  health: ['kernel', 'config', 'http', 'metrics', 'persistence', 'terminals', 'candles'],
};

/**
 * The rooms of a folder, lower ones first: a room may import itself and the rooms before it. Files beside the rooms are
 * the folder's ports and errors, which all rooms may import, and its modules, which no room may.
 */
const ROOMS = {
  config: ['environment', 'files', 'sections', 'descriptors', 'agent', 'reference'],
  market: ['zone'],
  bridge: ['codec', 'admission'],
  http: ['problems', 'answers', 'routes', 'intake', 'rendering', 'connections', 'server', 'docs'],
  persistence: [
    ...['entities', 'database', 'spool', 'audit', 'accounts', 'candles', 'clocks', 'idempotency', 'mappings', 'tiers'],
    ...['usage', 'pgbouncer'],
  ],
  terminals: ['symbols', 'clocks', 'pool', 'observers', 'upkeep', 'admin'],
  access: ['authority', 'credentials', 'accounts', 'tiers', 'admission', 'keys', 'limits', 'usage', 'audit'],
  candles: ['feed', 'series', 'backfill', 'upkeep', 'registry', 'answers'],
  indicators: ['formulas', 'catalog'],
  health: ['metrics'],
};
/** What stands beside the product: its command line, the repository's own tools and what both start. */
const TOOLING = 'cli|tools|embedded-postgres|mql5-harness|bench';

const folders = Object.keys(MAY_IMPORT);
const SPEC = '\\.spec\\.ts$';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** One rule a folder, so that a report names the folder whose boundary was crossed. */
const directions = folders.map((folder) => {
  const allowed = [folder, ...MAY_IMPORT[folder]].map((name) => `^src/${name}/`);
  const comment = `src/${folder} may import ${MAY_IMPORT[folder].join(', ') || 'no other folder'}.`;
  return rule(`direction-${folder}`, comment, { path: `^src/${folder}/` }, { path: '^src/', pathNot: allowed });
});

const rooms = Object.entries(ROOMS).flatMap(([folder, names]) => [
  ...names.map((room, index) => {
    const higher = names.slice(index + 1).map((name) => `^src/${folder}/${name}/`);
    const comment = `src/${folder}/${room} may import ${names.slice(0, index).join(', ') || 'no other room'}.`;
    const to = { path: [...higher, `^src/${folder}/[^/]+\\.module\\.ts$`] };
    return rule(`room-${folder}-${room}`, comment, { path: `^src/${folder}/${room}/`, pathNot: SPEC }, to);
  }),
  rule(
    `unlisted-room-${folder}`,
    `A new room of src/${folder} needs its place in the table above.`,
    { path: `^src/${folder}/[^/]+/`, pathNot: `^src/${folder}/(${names.join('|')})/` },
    {},
  ),
]);

/** A folder without a row in the table of rooms has none. */
const ROOMLESS = folders.filter((folder) => !(folder in ROOMS));

const doors = [
  rule(
    'unlisted-rooms',
    'A folder with rooms needs a row in the table above.',
    { path: `^src/(${ROOMLESS.join('|')})/[^/]+/` },
    {},
  ),
  rule(
    'unlisted-folder',
    'A new folder in src needs a row in the table above.',
    { path: '^src/[^/]+/', pathNot: `^src/(${folders.join('|')})/` },
    {},
  ),
  rule(
    'front-door',
    'Another folder is entered through its index.ts only; specs may open a file, so that doors stay narrow.',
    { path: '^src/([^/]+)/', pathNot: SPEC },
    { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
  ),
  rule(
    'front-door-from-outside',
    'The root of src and the programs beside it enter a folder through its index.ts only.',
    { path: ['^src/[^/]+\\.ts$', `^(simulator|agent|conformance|migrations|${TOOLING})/`], pathNot: SPEC },
    { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
  ),
  rule(
    'not-own-index',
    'A file that imports its own index.ts makes a cycle in which Nest sees undefined classes.',
    { path: '^src/([^/]+)/' },
    { path: '^src/$1/index\\.ts$' },
  ),
  rule('no-circular', 'Files that need each other are one file, or hide a third.', {}, { circular: true }),
];

const boundaries = [
  rule(
    'pure-core',
    'The core is plain TypeScript: no npm package in kernel, market and bridge (Node built-ins are allowed).',
    { path: '^src/(kernel|market|bridge)/', pathNot: SPEC },
    { path: 'node_modules' },
  ),
  rule(
    'pure-formulas',
    'Formulas see bars and numbers, nothing else.',
    { path: '^src/indicators/formulas/', pathNot: SPEC },
    { pathNot: '^src/(indicators/formulas|kernel|market)/' },
  ),
  rule(
    'database-only-in-persistence',
    'Entities and drivers stay behind the stores.',
    { path: '^(src|simulator)/', pathNot: '^src/persistence/' },
    { path: 'node_modules/(typeorm|@nestjs/typeorm|pg)/' },
  ),
  rule(
    'sockets-only-in-bridge',
    'Raw sockets are opened and accepted by the bridge.',
    { path: '^src/', pathNot: ['^src/bridge/', SPEC] },
    { dependencyTypes: ['core'], path: '^(node:)?(net|tls)$' },
  ),
  rule(
    'simulator-is-a-terminal',
    'The simulator knows the protocol and the market, never the gateway that it talks to.',
    { path: '^simulator/', pathNot: SPEC },
    { path: `^(src|agent|conformance|migrations|${TOOLING})/`, pathNot: '^src/(kernel|market|bridge)/index\\.ts$' },
  ),
  rule(
    'agent-is-no-gateway',
    "The agent runs on the terminals' hosts: it knows the protocol and the settings, nothing that needs a database.",
    { path: '^agent/', pathNot: SPEC },
    {
      path: `^(src|simulator|conformance|migrations|${TOOLING})/`,
      pathNot: ['^src/(kernel|config|bridge)/index\\.ts$', '^src/explain-failure\\.ts$'],
    },
  ),
  rule(
    'conformance-is-a-black-box',
    'The conformance suite knows the protocol and the market, no bridge that it tests and not the gateway.',
    { path: '^conformance/', pathNot: SPEC },
    { path: `^(src|simulator|agent|migrations|${TOOLING})/`, pathNot: '^src/(kernel|market|bridge)/index\\.ts$' },
  ),
  rule(
    'src-is-below-its-programs',
    'The gateway imports nothing of what starts, tests or measures it.',
    { path: '^src/' },
    { path: `^(simulator|agent|conformance|${TOOLING})/` },
  ),
  rule(
    'cli-needs-no-tools',
    'The command line ships with the product: the tools of the repository and its benchmarks stay behind.',
    { path: '^cli/', pathNot: SPEC },
    { path: '^(tools|mql5-harness|bench|simulator|agent|conformance|test)/' },
  ),
  rule(
    'embedded-postgres-stands-alone',
    'The embedded Postgres serves the command line, tests and benchmarks, and knows none of them.',
    { path: '^embedded-postgres/', pathNot: SPEC },
    {
      path: '^(src|simulator|agent|conformance|cli|tools|mql5-harness|bench|test)/',
      pathNot: '^src/kernel/index\\.ts$',
    },
  ),
  rule(
    'mql5-harness-is-no-gateway',
    'The harness runs MQL5 programs against the protocol and the conformance suite; what needs a gateway is a test.',
    { path: '^mql5-harness/', pathNot: SPEC },
    {
      path: '^(src|simulator|agent|cli|tools|embedded-postgres|bench|test)/',
      pathNot: '^src/(kernel|market|bridge)/index\\.ts$',
    },
  ),
  rule(
    'migrations-stand-alone',
    'A migration must mean the same in a year, so it imports nothing that changes.',
    { path: '^migrations/', pathNot: ['^migrations/index\\.ts$', SPEC] },
    { pathNot: 'node_modules/typeorm/' },
  ),
  rule(
    'production-not-to-tests',
    'What ships does not import what tests it.',
    { path: '^(src|simulator|agent|conformance|migrations)/', pathNot: SPEC },
    { path: ['^test/', SPEC] },
  ),
  rule(
    'declared',
    'A package that is imported stands in package.json; one that another package brings along may be gone tomorrow.',
    { pathNot: '^node_modules/' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  ),
  rule(
    'resolvable',
    'An import that cannot be found is a mistake; what a program of the tests takes from dist comes with the build.',
    {},
    { couldNotResolve: true, pathNot: '/dist/' },
  ),
];

export default {
  forbidden: [...directions, ...rooms, ...doors, ...boundaries],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/fixtures)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

/** Folders that the word list holds. A folder joins once its words are clean, and never leaves. */
export const CLEAN_FOLDERS = [
  'agent',
  'bench',
  'bridges',
  'cli',
  'conformance',
  'docs',
  'embedded-postgres',
  'migrations',
  'mql5-harness',
  'mql5/Experts',
  'mql5/Include',
  'mql5/Indicators',
  'simulator',
  'src/access',
  'src/bridge',
  'src/candles',
  'src/config',
  'src/core',
  'src/health',
  'src/http',
  'src/indicators',
  'src/kernel',
  'src/market',
  'src/persistence',
  'src/terminals',
  'tools',
];

const STATE = 'state of an operation in the public API';

/** Words that stay where they are, by file; without `word`, the file may hold any. An unused exception is refused. */
export const EXCEPTIONS = [
  { file: 'cli/load/failure-kind.ts', word: 'cancelled', reason: 'the name of a kind of failure' },
  { file: 'docs/bridge-protocol.md', word: 'wish', reason: 'a text of the worked example' },
  { file: 'docs/load-testing.md', word: 'cancelled', reason: 'the name of a kind of failure' },
  { file: 'embedded-postgres/system-user.ts', word: 'nobody', reason: 'the name of a system user' },
  { file: 'mql5-harness/conformance.spec.ts', word: 'told', reason: 'a name of test/conformance' },
  { file: 'mql5-harness/session.spec.ts', word: 'offers', reason: 'a text of the Expert Advisor, in a pattern' },
  { file: 'src/health/health.schema.ts', word: 'ReadinessParts', reason: 'name of a schema in the public API' },
  { file: 'src/terminals/admin/operations.controller.ts', word: 'cancelled', reason: STATE },
  { file: 'src/terminals/admin/operations.schema.ts', word: 'cancelled', reason: STATE },
  {
    file: 'src/terminals/admin/terminal-admin.ts',
    word: 'cancelled',
    reason: 'an action in the audit trail',
  },
  { file: 'src/terminals/upkeep/operations.ts', word: 'cancelled', reason: STATE },
  { file: 'src/terminals/upkeep/rolling-restart.ts', word: 'cancelled', reason: STATE },
  { file: 'tools/dashboards/panels.mjs', word: 'fillOpacity', reason: 'a name of Grafana' },
  { file: 'tools/words/exceptions.mjs', reason: 'this list' },
  { file: 'tools/words/word-list.mjs', reason: 'the list of words' },
];

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { jestCommand } from './tasks.mjs';

/** Prettier over code and settings; prose is laid out by hand. */
export const formatCommand = [
  'node_modules/prettier/bin/prettier.cjs',
  '**/*.{ts,mts,mjs,js,json,yml,yaml}',
  '.*.{json,mjs}',
  '.prettierrc',
  '.swcrc',
  '--log-level=warn',
  '--cache',
  '--cache-location=node_modules/.cache/prettier/format',
];

const lintCommand = ['node_modules/oxlint/bin/oxlint', '--config', '.oxlintrc.json', '--deny-warnings'];

const FOLDERS = [
  'src',
  'simulator',
  'agent',
  'conformance',
  'migrations',
  'bench',
  'cli',
  'tools',
  'embedded-postgres',
  'mql5-harness',
  'test',
];

/** The folders below `directory` that the table of directions covers; dependency-cruiser refuses one that is missing. */
export const cruised = (directory) => FOLDERS.filter((folder) => existsSync(join(directory, folder)));

/** What `npm run check` asks, each by one Node program; a step passes when its program ends with 0. */
export const steps = [
  { name: 'unit tests', command: [...jestCommand, '--selectProjects', 'unit', '--silent', '--maxWorkers=2'] },
  { name: 'words', command: ['tools/words.mjs'] },
  // One program for both: its type-aware rules need the types anyway.
  { name: 'lint and types', command: [...lintCommand, '--type-check'] },
  {
    name: 'directions',
    command: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.mjs',
      ...cruised(root),
    ],
  },
  { name: 'doors', command: ['tools/doors.mjs'] },
  { name: 'format', command: [...formatCommand, '--check'] },
];

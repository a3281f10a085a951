/** Folders that the word list holds. A folder joins once its words are clean, and never leaves. */
export const CLEAN_FOLDERS = [
  'agent',
  'conformance',
  'simulator',
  'src/bridge',
  'src/kernel',
  'src/market',
  'src/terminals/clocks',
  'src/terminals/observers',
  'src/terminals/pool',
  'src/terminals/symbols',
  'src/terminals/upkeep',
  'tools/words',
];

const STATE = 'state of an operation in the public API';

/** Words that stay where they are, by file; without `word`, the file may hold any. An unused exception is refused. */
export const EXCEPTIONS = [
  { file: 'src/terminals/upkeep/operations.ts', word: 'cancelled', reason: STATE },
  { file: 'src/terminals/upkeep/rolling-restart.ts', word: 'cancelled', reason: STATE },
  { file: 'tools/words/exceptions.mjs', reason: 'this list' },
  { file: 'tools/words/word-list.mjs', reason: 'the list of words' },
];

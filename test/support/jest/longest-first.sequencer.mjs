import TestSequencer from '@jest/test-sequencer';

/** Folders whose files take longest, in that order. */
const FOLDERS = [
  'mql5-harness/',
  'test/mql5/',
  'test/e2e/',
  'test/process/',
  'test/persistence/',
  'test/docker/',
  'test/http/',
];

/** Starts the longest files first, also in a fresh clone, where Jest knows no durations: no worker ends alone. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = FOLDERS.findIndex((folder) => path.includes(`/${folder}`));
      return index === -1 ? FOLDERS.length : index;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}

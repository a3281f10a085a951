import type { Bench } from './bench.js';

/** One promise of the protocol, and how it is tried. */
export interface Check {
  /** `group.name`; stable, for `--only` and for scripts that read the report. */
  readonly id: string;
  /** What a bridge that passes does. */
  readonly promise: string;
  /** Throws Finding when the promise is not kept, Skipped when it cannot be tried. */
  run(bench: Bench): Promise<void>;
}

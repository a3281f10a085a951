import type { Bench } from './bench.js';

/** One promise of the protocol and its trial. */
export interface Check {
  /** `group.name`; stable, for `--only` and for scripts that read the report. */
  readonly id: string;
  /** Behavior of a bridge that passes. */
  readonly promise: string;
  /** Throws Finding when the promise is not kept, Skipped when it cannot be tried. */
  run(bench: Bench): Promise<void>;
}

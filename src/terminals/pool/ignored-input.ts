import type { IgnoredInput } from '../../metrics/index.js';

/** An ignored input of a terminal, an agent or a stranger, for metrics and log. */
export interface IgnoredOfPeer {
  readonly what: Extract<
    IgnoredInput,
    | 'unrouted-push'
    | 'extension-frame'
    | 'late-answer'
    | 'late-agent-answer'
    | 'after-goodbye'
    | 'foreign-report'
    | 'unreadable-symbol'
  >;
  /** Number of inputs in this event. */
  readonly count: number;
  /** A terminal, `agent <host>`, or an address. */
  readonly peer: string;
  readonly detail: string;
}

import type { IgnoredInput } from '../../metrics/index.js';

/** Something that a terminal, an agent or a stranger sent and that was left out; counted, and told in the log. */
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
  /** How many at once. */
  readonly count: number;
  /** A terminal, `agent <host>`, or an address. */
  readonly peer: string;
  readonly detail: string;
}

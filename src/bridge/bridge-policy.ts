import type { AgentHello } from './agent-messages.js';
import type { Hello, RejectReason } from './messages.js';

/** The decision on an authenticated peer. */
export type Admission =
  | { readonly accept: true; readonly epoch: number }
  | {
      readonly accept: false;
      readonly reason: RejectReason;
      /** For the operator, who reads it in the terminal's log. */
      readonly message: string;
      readonly retryAfterMs: number;
    };

/** The listener's questions about configured terminals and hosts. All answers are immediate. */
export interface BridgePolicy {
  /** The key of a configured terminal; undefined for any other id. Takes the same time for both. */
  keyOf(terminalId: string): Buffer | undefined;
  /** Called only after the bridge proved that it has the key; may compare login, server and capabilities. */
  admit(hello: Hello, remoteAddress: string): Admission;
  /** The key of a configured host's agent; undefined for any other host. Without this method no agent is admitted. */
  agentKeyOf?(host: string): Buffer | undefined;
  /** Called only after the agent proved that it has the key. */
  admitAgent?(hello: AgentHello): Admission;
}

/** Why a connection never became a session. The protocol has no word for `garbage` and `aborted`. */
export type RejectionReason = RejectReason | 'garbage' | 'aborted';

/** A connection that never became a session. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** The claimed id, unproven unless the reason is one of the policy's. Safe to print. */
  readonly terminalId?: string;
  readonly remoteAddress: string;
  readonly detail: string;
}

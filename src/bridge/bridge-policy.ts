import type { AgentHello } from './agent-messages.js';
import type { Hello, RejectReason } from './messages.js';

/** Whether an authenticated bridge may have a session. */
export type Admission =
  | { readonly accept: true; readonly epoch: number }
  | {
      readonly accept: false;
      readonly reason: RejectReason;
      /** For the operator, who reads it in the terminal's log. */
      readonly message: string;
      readonly retryAfterMs: number;
    };

/** What the listener asks whoever knows the terminals. Both answers are immediate. */
export interface BridgePolicy {
  /** The key of a configured terminal; undefined for any other id. Should take the same time for both. */
  keyOf(terminalId: string): Buffer | undefined;
  /** Called only after the bridge proved that it has the key: may compare login, server and capabilities. */
  admit(hello: Hello, remoteAddress: string): Admission;
  /** The key of a configured host's agent; undefined for any other host. Without it no agent is let in. */
  agentKeyOf?(host: string): Buffer | undefined;
  /** Called only after the agent proved that it has the key. */
  admitAgent?(hello: AgentHello): Admission;
}

/** Why a connection never became a session; `garbage` and `aborted` have no word on the wire. */
export type RejectionReason = RejectReason | 'garbage' | 'aborted';

/** A connection that never became a session. */
export interface Rejection {
  readonly reason: RejectionReason;
  /** What the peer claimed to be, unproven unless the reason is one of the policy's. Safe to print. */
  readonly terminalId?: string;
  readonly remoteAddress: string;
  readonly detail: string;
}

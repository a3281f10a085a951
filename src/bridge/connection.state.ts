import type { Timer } from '../kernel/index.js';
import type { PreambleReader } from './preamble.js';

/** The peer has not proved anything yet. Frames are small and the deadline, counted from accept, is never prolonged. */
export interface Handshaking {
  readonly name: 'handshaking';
  readonly deadline: Timer;
  readonly preamble: PreambleReader;
  readonly serverNonce: Buffer;
}

/** What a ready connection owns and must be told when it ends. */
export interface SessionEnd {
  end(closed: SessionClosed): void;
}

/** Both sides proved that they have the key; the session lives and watches the peer's pulse. */
export interface Ready<S extends SessionEnd> {
  readonly name: 'ready';
  readonly session: S;
}

/** Our last words are on their way; nothing that arrives is read any more. Ends when the peer closes or in time. */
export interface Draining {
  readonly name: 'draining';
  readonly why: SessionClosed;
  readonly deadline: Timer;
}

/** The socket is gone, nothing is owned any more. */
export interface Closed {
  readonly name: 'closed';
  readonly why: SessionClosed;
}

export type ConnectionState<S extends SessionEnd> = Handshaking | Ready<S> | Draining | Closed;
export type ConnectionStateName = ConnectionState<SessionEnd>['name'];

/** All that may happen to a connection. */
export const TRANSITIONS = {
  handshaking: ['ready', 'draining', 'closed'],
  ready: ['draining', 'closed'],
  draining: ['closed'],
  closed: [],
} as const satisfies Record<ConnectionStateName, readonly ConnectionStateName[]>;

/** Throws if a connection cannot go from one state to the other: a bug of ours, never the peer's doing. */
export function assertTransition(from: ConnectionStateName, to: ConnectionStateName): void {
  const allowed: readonly ConnectionStateName[] = TRANSITIONS[from];
  if (!allowed.includes(to)) throw new Error(`a bridge connection cannot go from ${from} to ${to}`);
}

/** Why a session ended. The words of a goaway mean that this gateway sent it. */
export const CLOSE_REASONS = [
  'superseded',
  'shutting-down',
  'draining',
  'reconnect',
  'protocol-error',
  'idle',
  'peer-closed',
  'peer-goaway',
  'silent',
  'slow-reader',
  'socket-error',
  'destroyed',
  'internal-error',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** The end of a session. */
export interface SessionClosed {
  readonly reason: CloseReason;
  /** For logs; holds no secret. */
  readonly detail: string;
  /** Only with `internal-error`: what went wrong in the gateway itself. */
  readonly error?: unknown;
}

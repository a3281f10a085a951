import type { Timer } from '../kernel/index.js';
import type { PreambleReader } from './preamble.js';

/** The peer is not authenticated yet. Frames are small, and the deadline, counted from accept, is never extended. */
export interface Handshaking {
  readonly name: 'handshaking';
  readonly deadline: Timer;
  readonly preamble: PreambleReader;
  readonly serverNonce: Buffer;
}

/** The part of a session that its connection ends. */
export interface SessionEnd {
  end(closed: SessionClosed): void;
}

/** Both sides proved that they have the key; the session lives and watches the peer's pulse. */
export interface Ready<S extends SessionEnd> {
  readonly name: 'ready';
  readonly session: S;
}

/** The last frame is on its way, and received bytes are not read any more. Ends when the peer closes or in time. */
export interface Draining {
  readonly name: 'draining';
  readonly why: SessionClosed;
  readonly deadline: Timer;
}

/** The socket is destroyed, and no resource is left. */
export interface Closed {
  readonly name: 'closed';
  readonly why: SessionClosed;
}

export type ConnectionState<S extends SessionEnd> = Handshaking | Ready<S> | Draining | Closed;
export type ConnectionStateName = ConnectionState<SessionEnd>['name'];

/** The states that may follow each state. */
export const TRANSITIONS = {
  handshaking: ['ready', 'draining', 'closed'],
  ready: ['draining', 'closed'],
  draining: ['closed'],
  closed: [],
} as const satisfies Record<ConnectionStateName, readonly ConnectionStateName[]>;

/** Throws when a connection cannot go from one state to the other: a bug of the gateway, never the peer's fault. */
export function assertTransition(from: ConnectionStateName, to: ConnectionStateName): void {
  const allowed: readonly ConnectionStateName[] = TRANSITIONS[from];
  if (!allowed.includes(to)) throw new Error(`a bridge connection cannot go from ${from} to ${to}`);
}

/** Why a session ended. The reasons of a goaway mean that this gateway sent it. */
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
  /** Only with `internal-error`: the failure in the gateway itself. */
  readonly error?: unknown;
}

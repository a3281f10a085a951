import type { TerminalState } from '../terminal-pool.js';

/** Why a terminal with a session is not usable now. */
export type ImpairedReason = 'broker-disconnected' | 'account-changed' | 'no-symbols';

/**
 * The state of one terminal with exactly the facts of that state. `epoch` numbers the session; times are wall clock
 * milliseconds.
 *
 * - **expected**: configured, never seen since the gateway started. Leaves when a bridge is admitted.
 * - **handshaking**: an admitted session whose symbols are being resolved. It serves no request yet.
 * - **ready**: symbols resolved, account as configured, broker connected: it may serve.
 * - **impaired**: the bridge answers, but the terminal must not serve (see {@link ImpairedReason}). Heals by itself.
 * - **lost**: had a session, has none. The bridge is expected to dial again.
 * - **draining**: accepted requests may finish, new ones are refused. Either the gateway stops, which ends in closed; or
 *   an operator drains it: then the terminal may disconnect and dial again, and stays drained until it is resumed.
 * - **closed**: the end.
 */
export type TerminalStatus =
  | { readonly name: 'expected'; readonly sinceMs: number }
  | { readonly name: 'handshaking'; readonly sinceMs: number; readonly epoch: number }
  | { readonly name: 'ready'; readonly sinceMs: number; readonly epoch: number }
  | { readonly name: 'impaired'; readonly sinceMs: number; readonly epoch: number; readonly reason: ImpairedReason }
  | { readonly name: 'lost'; readonly sinceMs: number; readonly lastEpoch: number; readonly reason: string }
  | {
      readonly name: 'draining';
      readonly sinceMs: number;
      readonly by: 'operator' | 'shutdown';
      readonly epoch: number | undefined;
      /** Epoch of its last session; undefined when it never had one. */
      readonly lastEpoch: number | undefined;
    }
  | { readonly name: 'closed'; readonly sinceMs: number };

/** An event in the life of a terminal. */
export type TerminalEvent =
  | { readonly type: 'admitted'; readonly epoch: number }
  | { readonly type: 'verified' }
  | { readonly type: 'impaired'; readonly reason: ImpairedReason }
  | { readonly type: 'disconnected'; readonly reason: string }
  /** The gateway is stopping. */
  | { readonly type: 'drain' }
  /** An operator drains it, and lets it serve again. */
  | { readonly type: 'hold' }
  | { readonly type: 'resume' }
  | { readonly type: 'close' };

/** One change of state: the only event for logs, metrics, audit and health. */
export interface TerminalChange {
  readonly terminalId: string;
  readonly from: TerminalState;
  readonly to: TerminalState;
  /** Session of the change; undefined when there is none. */
  readonly epoch: number | undefined;
  /** A short fixed word or a sentence for the operator. */
  readonly reason: string;
  /** Wall clock, milliseconds. */
  readonly atMs: number;
}

/**
 * Every allowed change. Another reason in `impaired`, a newer session, and a drained terminal that connects or
 * disconnects are changes too.
 */
export const TRANSITIONS = {
  expected: ['handshaking', 'draining', 'closed'],
  handshaking: ['handshaking', 'ready', 'impaired', 'lost', 'draining', 'closed'],
  ready: ['handshaking', 'impaired', 'lost', 'draining', 'closed'],
  impaired: ['handshaking', 'ready', 'impaired', 'lost', 'draining', 'closed'],
  lost: ['handshaking', 'draining', 'closed'],
  draining: ['draining', 'expected', 'handshaking', 'lost', 'closed'],
  closed: [],
} as const satisfies Record<TerminalState, readonly TerminalState[]>;

/** A change that the table does not allow: a bug, never a fault of input. */
export class IllegalTransitionError extends Error {
  constructor(from: TerminalState, event: TerminalEvent['type']) {
    super(`a terminal that is ${from} cannot take the event '${event}'`);
    this.name = 'IllegalTransitionError';
  }
}

/** Session of a status; undefined when it has none. */
export function epochOf(status: TerminalStatus): number | undefined {
  return 'epoch' in status ? status.epoch : undefined;
}

/**
 * The status after `event`. Pure.
 * @throws IllegalTransitionError when the table does not allow it
 */
export function next(status: TerminalStatus, event: TerminalEvent, atMs: number): TerminalStatus {
  const target = targetOf(status, event, atMs);
  const allowed: readonly TerminalState[] = TRANSITIONS[status.name];
  if (target === undefined || !allowed.includes(target.name)) throw new IllegalTransitionError(status.name, event.type);
  return target;
}

function targetOf(status: TerminalStatus, event: TerminalEvent, sinceMs: number): TerminalStatus | undefined {
  const epoch = epochOf(status);
  switch (event.type) {
    case 'admitted':
      return admitted(status, event.epoch, sinceMs);
    case 'verified':
      return epoch === undefined ? undefined : { name: 'ready', sinceMs, epoch };
    case 'impaired':
      return epoch === undefined ? undefined : { name: 'impaired', sinceMs, epoch, reason: event.reason };
    case 'disconnected':
      return epoch === undefined ? undefined : disconnected(status, { epoch, sinceMs, reason: event.reason });
    case 'drain':
    case 'hold':
      return drained(status, event.type === 'hold' ? 'operator' : 'shutdown', sinceMs);
    case 'resume':
      return isHeld(status) ? resumed(status, sinceMs) : undefined;
    case 'close':
      break;
  }
  return { name: 'closed', sinceMs };
}

type Draining = Extract<TerminalStatus, { name: 'draining' }>;

/** Whether an operator drained it, not the end of the gateway. */
export function isHeld(status: TerminalStatus): status is Draining {
  return status.name === 'draining' && status.by === 'operator';
}

function admitted(status: TerminalStatus, epoch: number, sinceMs: number): TerminalStatus | undefined {
  if (status.name !== 'draining') return { name: 'handshaking', sinceMs, epoch };
  return isHeld(status) ? withEpoch(status, epoch) : undefined;
}

/** The end of the gateway may follow an operator's drain; no other state is drained twice. */
function drained(status: TerminalStatus, by: Draining['by'], sinceMs: number): Draining | undefined {
  if (status.name === 'draining' && !(by === 'shutdown' && isHeld(status))) return undefined;
  const epoch = epochOf(status);
  const lastEpoch = epoch ?? ('lastEpoch' in status ? status.lastEpoch : undefined);
  return { name: 'draining', sinceMs, by, epoch, lastEpoch };
}

function disconnected(
  status: TerminalStatus,
  { epoch, sinceMs, reason }: { epoch: number; sinceMs: number; reason: string },
): TerminalStatus {
  if (status.name !== 'draining') return { name: 'lost', sinceMs, lastEpoch: epoch, reason };
  return isHeld(status) ? withEpoch(status, undefined) : { name: 'closed', sinceMs };
}

/** Still drained, with another session or none, since the same time. */
function withEpoch(status: Draining, epoch: number | undefined): Draining {
  return { ...status, epoch, lastEpoch: epoch ?? status.lastEpoch };
}

function resumed({ epoch, lastEpoch }: Draining, sinceMs: number): TerminalStatus {
  if (epoch !== undefined) return { name: 'handshaking', sinceMs, epoch };
  if (lastEpoch === undefined) return { name: 'expected', sinceMs };
  return { name: 'lost', sinceMs, lastEpoch, reason: 'it left while it was drained' };
}

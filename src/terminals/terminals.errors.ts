import { asMilliseconds, ErrorExample, GatewayError, printable } from '../kernel/index.js';

/** Maximum pause of a bridge between two dials, seconds. */
const MAX_RECONNECT_SECONDS = 15;
/** Time to dial and to be welcomed, seconds. */
const HANDSHAKE_SECONDS = 2;
/** Suggested retry while a terminal is drained: only a person ends that, seconds. */
const DRAINED_SECONDS = 60;

/**
 * Estimated time until a terminal is back, seconds. Bridges double their pauses, so one that has been away for some time
 * dials within about the same time again.
 */
export function reconnectSeconds(awayMs: number): number {
  return Math.min(MAX_RECONNECT_SECONDS, HANDSHAKE_SECONDS + Math.ceil(Math.max(0, awayMs) / 1000));
}

/** The terminal has no session that may serve. Blast radius: requests for one terminal or symbol. */
@ErrorExample('terminal-disconnected', () => new TerminalDisconnectedError('MT5_05', 'EURUSD'))
export class TerminalDisconnectedError extends GatewayError {
  readonly code = 'terminal-disconnected';
  override readonly retryable = true;

  constructor(
    terminalId: string,
    subject: string,
    options: { readonly cause?: unknown; readonly awayMs?: number } = {},
  ) {
    const { cause, awayMs } = options;
    super(`MT5 terminal for ${subject} is currently disconnected`, {
      retryAfterSeconds: awayMs === undefined ? MAX_RECONNECT_SECONDS : reconnectSeconds(awayMs),
      members: { terminal_id: terminalId },
      cause,
    });
  }
}

/** An operator drained the terminal. Blast radius: requests for one terminal or symbol. */
export class TerminalDrainedError extends GatewayError {
  readonly code = 'terminal-disconnected';
  override readonly retryable = true;

  constructor(terminalId: string, subject: string) {
    super(`MT5 terminal for ${subject} is currently drained by its operator`, {
      retryAfterSeconds: DRAINED_SECONDS,
      members: { terminal_id: terminalId },
    });
  }
}

/** A request was not answered within its deadline. Blast radius: one request. */
@ErrorExample('terminal-timeout', () => new TerminalTimeoutError('MT5_05', 5_000, 'sent'))
export class TerminalTimeoutError extends GatewayError {
  readonly code = 'terminal-timeout';
  override readonly retryable = true;

  constructor(terminalId: string, timeoutMs: number, phase: 'waiting' | 'sent', cause?: unknown) {
    const what = phase === 'waiting' ? 'was still waiting for its turn' : 'got no answer';
    super(`a request to terminal ${terminalId} ${what} after ${asMilliseconds(timeoutMs)}`, {
      retryAfterSeconds: 5,
      members: { terminal_id: terminalId },
      cause,
    });
  }
}

/** The terminal's queue is full. Blast radius: one request. */
export class TerminalQueueFullError extends GatewayError {
  readonly code = 'reduced-capacity';
  override readonly retryable = true;

  constructor(terminalId: string, limit: number) {
    super(`${limit} requests wait for terminal ${terminalId} already; try again soon`, {
      retryAfterSeconds: 2,
      members: { terminal_id: terminalId },
    });
  }
}

/** The gateway is stopping. Blast radius: every request. */
export class TerminalsDrainingError extends GatewayError {
  readonly code = 'shutting-down';
  override readonly retryable = true;

  constructor() {
    super('the gateway is shutting down and takes no new requests for its terminals', { retryAfterSeconds: 10 });
  }
}

/** Shown length of an id from outside, characters. */
const ID_SHOWN = 60;

/** No terminal of this id is configured. */
export class TerminalNotFoundError extends GatewayError {
  readonly code = 'not-found';

  constructor(terminalId: string, suggestions: readonly string[] = []) {
    const id = printable(terminalId, ID_SHOWN);
    const hint = suggestions.length === 0 ? '' : `; did you mean ${suggestions.join(' or ')}?`;
    super(`no terminal '${id}' is configured in config/terminals.json${hint}`, {
      members: { kind: 'terminal', id, suggestions },
    });
  }
}

/** No terminal is configured for this symbol. */
export class SymbolNotConfiguredError extends GatewayError {
  readonly code = 'symbol-not-found';

  constructor(symbol: string, suggestions: readonly string[], terminalId?: string) {
    const who = terminalId === undefined ? 'no terminal is' : `terminal ${terminalId} is not`;
    super(`${who} configured for the symbol '${printable(symbol, ID_SHOWN)}'`, { members: { suggestions } });
  }
}

/** A rolling restart takes minutes; a second one would take down more terminals at the same time than allowed. */
export class RollingRestartRunningError extends GatewayError {
  readonly code = 'idempotency-conflict';
  override readonly retryable = true;

  constructor(operationId: string) {
    super(`the rolling restart ${operationId} is under way; start the next one when it is over, or cancel it`, {
      retryAfterSeconds: 30,
      members: { operation_id: operationId },
    });
  }
}

/** The operation is unknown: it never existed, ended long ago, or the gateway was restarted since. */
export class OperationNotFoundError extends GatewayError {
  readonly code = 'not-found';

  constructor(operationId: string) {
    const id = printable(operationId, ID_SHOWN);
    super(
      `there is no operation '${id}'; the newest are remembered until the gateway stops, and one that was running then is gone`,
      { members: { kind: 'operation', id } },
    );
  }
}

/** The gateway cannot start, because no bridge could dial in. */
export class BridgePortUnavailableError extends GatewayError {
  readonly code = 'internal';

  constructor(address: { host: string; port: number }, cause: unknown) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
    const what = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be opened (${code})`;
    super(`the bridge port ${address.port} on ${address.host} ${what}; free it or choose another with BRIDGE_PORT`, {
      cause,
    });
  }
}

/** The gateway cannot start: TLS is configured, but its files are missing or invalid. */
export class BridgeCertificateError extends GatewayError {
  readonly code = 'internal';

  constructor(setting: string, failed: 'read' | 'used', cause: unknown) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'unknown error';
    super(`the PEM file named by ${setting} cannot be ${failed} (${code}); mend it or unset both settings`, { cause });
  }
}

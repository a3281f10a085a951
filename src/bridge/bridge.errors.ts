import { asMilliseconds, ErrorExample, GatewayError, printable, type ErrorCode } from '../kernel/index.js';
import type { BridgeErrorCode, RequestFailed } from './messages.js';

/** Usual time to load history, seconds; used when the terminal gives no hint. */
const HISTORY_RETRY_SECONDS = 5;

/** The peer broke the protocol. Blast radius: this connection; it is closed and its pending requests fail. */
export class ProtocolError extends GatewayError {
  readonly code: ErrorCode = 'terminal-error';
}

/**
 * A whole frame holds a forbidden value: out of range, the wrong answer, too many rows. The stream is still in step.
 * Blast radius: the request or series that the frame belongs to; without one, this connection.
 */
export class ContentError extends ProtocolError {}

/** The first bytes are not the magic number: the peer is no bridge. Blast radius: this connection. */
export class GarbageError extends ProtocolError {}

/** A message of the gateway cannot be encoded (too long, not finite, out of range). Blast radius: this message. */
export class EncodeError extends GatewayError {
  readonly code = 'internal';
}

/** A terminal key is not 64 hexadecimal digits. Blast radius: the terminal that it is configured for. */
export class InvalidTerminalKeyError extends GatewayError {
  readonly code = 'invalid-parameter';

  constructor() {
    super('a terminal key is 64 hexadecimal digits (32 bytes); show it again with: npm run keys -- terminal <id>');
  }
}

/** The terminal did not answer in time. Blast radius: this request; a late answer is dropped. */
export class RequestTimeoutError extends GatewayError {
  readonly code = 'terminal-timeout';
  override readonly retryable = true;

  constructor(terminalId: string, operation: string, timeoutMs: number) {
    super(`terminal ${terminalId} did not answer ${operation} within ${asMilliseconds(timeoutMs)}; try again`, {
      members: { terminal_id: terminalId },
    });
  }
}

/** The connection ended before the answer came. Blast radius: all requests of this connection. */
export class ConnectionClosedError extends GatewayError {
  readonly code = 'terminal-disconnected';
  override readonly retryable = true;

  constructor(terminalId: string, operation: string, reason: string) {
    super(`the connection to terminal ${terminalId} ended (${reason}) before ${operation} was answered; try again`, {
      members: { terminal_id: terminalId },
    });
  }
}

/** The terminal answered with an error; match on `bridgeCode`. Blast radius: this request. */
@ErrorExample('terminal-error', () => {
  const message = 'the symbol is not in Market Watch';
  const answer = { type: 'error', code: 'unknown-symbol', terminalCode: 4301, message, retryAfterMs: 0 } as const;
  return new TerminalAnswerError('MT5_05', 'symbol of EURUSD', answer);
})
export class TerminalAnswerError extends GatewayError {
  readonly code: ErrorCode;
  override readonly retryable: boolean;
  /** The bridge's error code, e.g. `unknown-symbol`. */
  readonly bridgeCode: BridgeErrorCode;
  /** Wait before the next attempt, milliseconds; 0 = never retry. */
  readonly retryAfterMs: number;

  constructor(terminalId: string, operation: string, answer: RequestFailed) {
    const loading = answer.code === 'history-loading' || answer.code === 'indicator-loading';
    const retrySeconds = Math.ceil(answer.retryAfterMs / 1000) || (loading ? HISTORY_RETRY_SECONDS : 0);
    const message = printable(answer.message, 300);
    super(`terminal ${terminalId} answered ${operation} with ${answer.code}: ${message}`, {
      ...(retrySeconds > 0 && { retryAfterSeconds: retrySeconds }),
      members: {
        terminal_id: terminalId,
        terminal_error: { code: answer.code, terminal_code: answer.terminalCode, message },
      },
    });
    this.code = loading ? 'history-loading' : 'terminal-error';
    this.retryable = retrySeconds > 0;
    this.bridgeCode = answer.code;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** The terminal's answer holds a value that the protocol forbids. Blast radius: this request; the session lives on. */
export class UnusableAnswerError extends GatewayError {
  readonly code = 'terminal-error';

  constructor(terminalId: string, operation: string, { message }: ContentError) {
    super(`terminal ${terminalId} answered ${operation} with what the protocol forbids: ${printable(message, 300)}`, {
      members: { terminal_id: terminalId },
    });
  }
}

/** The host's agent refuses to restart this terminal now. Blast radius: this request. */
export class AgentRefusedError extends GatewayError {
  readonly code = 'terminal-error';

  constructor(host: string, terminalId: string, answer: RequestFailed) {
    const why = `${answer.code}: ${printable(answer.message, 300)}`;
    super(`the agent of host ${host} did not restart ${terminalId}: ${why}`, { members: { terminal_id: terminalId } });
  }
}

/** The host's agent disconnected or did not answer. Blast radius: this request. */
export class AgentUnreachableError extends GatewayError {
  readonly code = 'terminal-error';
  override readonly retryable = true;

  constructor(host: string, terminalId: string, why: string) {
    super(`the agent of host ${host} could not be asked to restart ${terminalId}: ${why}`, {
      members: { terminal_id: terminalId },
    });
  }
}

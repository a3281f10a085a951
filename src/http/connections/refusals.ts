import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../kernel/index.js';

/** The connection of a client. */
type Socket = IncomingMessage['socket'];

/** How refused connections are answered. */
export interface RefusalsOptions {
  readonly clock: Clock;
  /** The whole answer. */
  readonly answer: () => string;
  /** Refused connections that may be open; more are closed without an answer. */
  readonly max: number;
  /** How long a client may take to read the answer, milliseconds. */
  readonly limitMs: number;
}

/**
 * Answers connections that are refused. A connection that is closed while its request lies unread is reset, and the
 * answer may be lost with it; so what the client sends is read and dropped until the client closes, within bounds.
 */
export class Refusals {
  private readonly open = new Set<Socket>();
  private closing = false;

  constructor(private readonly options: RefusalsOptions) {}

  refuse(socket: Socket): void {
    const { open, options } = this;
    // The peer may reset the connection while the answer is on its way; without a listener that would end the process.
    socket.on('error', () => socket.destroy());
    if (this.closing || open.size >= options.max) {
      socket.destroy();
      return;
    }
    open.add(socket);
    const limit = options.clock.after(options.limitMs, () => socket.destroy());
    socket.once('close', () => {
      open.delete(socket);
      limit.cancel();
    });
    socket.resume().end(options.answer());
  }

  /** Closes all that are open, and every later one without an answer. */
  close(): void {
    this.closing = true;
    for (const socket of this.open) socket.destroy();
  }
}

import type { IncomingMessage, Server } from 'node:http';
import { Emitter } from '../../kernel/index.js';

type Socket = IncomingMessage['socket'];

/** How many requests of a connection are open now. */
export interface OpenCount {
  readonly socket: Socket;
  readonly open: number;
}

/** Counts the requests of each connection whose answers are not complete; a client may send several without waiting. */
export class OpenRequests {
  private readonly counts = new WeakMap<Socket, number>();
  private readonly changes = new Emitter<OpenCount>();
  /** A request came, or its answer is complete. */
  readonly onChange = this.changes.subscribe;

  constructor(server: Server) {
    server.prependListener('request', ({ socket }, response) => {
      this.set(socket, this.on(socket) + 1);
      response.once('close', () => this.set(socket, this.on(socket) - 1));
    });
  }

  on(socket: Socket): number {
    return this.counts.get(socket) ?? 0;
  }

  private set(socket: Socket, open: number): void {
    this.counts.set(socket, open);
    this.changes.emit({ socket, open });
  }
}

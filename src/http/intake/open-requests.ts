import type { IncomingMessage, Server } from 'node:http';

type Socket = IncomingMessage['socket'];

/** Counts the requests of each connection whose answers are not complete; a client may send several without waiting. */
export class OpenRequests {
  private readonly counts = new WeakMap<Socket, number>();

  constructor(server: Server) {
    server.prependListener('request', ({ socket }, response) => {
      this.counts.set(socket, this.on(socket) + 1);
      response.once('close', () => this.counts.set(socket, this.on(socket) - 1));
    });
  }

  on(socket: Socket): number {
    return this.counts.get(socket) ?? 0;
  }
}

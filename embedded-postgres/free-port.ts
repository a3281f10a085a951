import { createServer } from 'node:net';

/** A free port of the loopback interface: `wanted` when it is free, else any. */
export async function freePort(wanted: number | undefined): Promise<number> {
  return (await listenOnce(wanted ?? 0)) ?? (await listenOnce(0)) ?? 0;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}

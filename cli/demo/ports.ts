import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ListenError } from '../../src/http/index.js';

const RETRY_MS = 200;

/** Address to dial for an address to listen on, in the form that precedes `:port`. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Finds a port before anything starts, so that a second demo does not disturb the first. 0 = any free port.
 * @throws ListenError when the port is still in use after `patienceMs`
 */
export async function freePort(
  where: { host: string; port: number; setting: string },
  patienceMs: number,
): Promise<number> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await tryPort(where.host, where.port);
    } catch (error) {
      if (performance.now() >= until) throw new ListenError(where, error);
      await wait(RETRY_MS);
    }
  }
}

async function tryPort(host: string, wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, listening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => {
    server.close(closed);
  });
  return port;
}

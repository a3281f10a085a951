import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { GatewaySite } from './gateway-process.js';
import type { Program } from './program.js';

const LIMIT = 256;
const FLOOD = 400;
/** More than the database connections that are opened at start. */
const CONCURRENT = 20;

let database: TestDatabase;
let site: GatewaySite;
let flood: Socket[];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  site = new GatewaySite(database.url);
  flood = [];
});
afterEach(async () => {
  for (const socket of flood) socket.destroy();
  await site.close();
});

/** An admin key, made on the command line. */
async function adminKey(): Promise<string> {
  const command = site.program('cli/keys.js', ['create', '--kind', 'adm']);
  expect(await command.ended).toEqual({ code: 0, signal: null });
  return /^key +(\S+)$/m.exec(command.stdout)![1]!;
}

/** Asks on a new connection; the status, or what became of the connection. */
function ask(url: string, headers: Record<string, string> = {}): Promise<number | string> {
  return new Promise((resolve) => {
    get(url, { agent: false, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!));
    }).on('error', (error) => resolve(error.message));
  });
}

async function metric(url: string, row: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${row} `))!
      .slice(row.length),
  );
}

/** Opens connections that stay open as long as the gateway lets them; every second one asks and keeps its connection alive. */
async function openFlood(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (let index = 0; index < FLOOD; index++) {
    const socket = connect(Number(port), hostname);
    flood.push(socket);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
    if (index % 2 === 0 || socket.destroyed) continue;
    const answered = new Promise<void>((resolve) =>
      socket.once('data', () => resolve()).once('close', () => resolve()),
    );
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await answered;
  }
}

function startTerminal(port: number): Program {
  const terminals = [{ id: 'MT5_05', login: 12_345_682, symbols: [{ name: 'EURUSD' }] }];
  const plan = { gateway: { host: '127.0.0.1', port }, terminals };
  return site.program('simulator/main.js', [], { SIMULATOR_PLAN: JSON.stringify(plan) });
}

describe(`a gateway that may have ${LIMIT} files and sockets open, under ${FLOOD} HTTP connections`, () => {
  it('still takes new connections, terminals and database connections, and says in its log why others are closed', async () => {
    const key = await adminKey();
    const { gateway, url, bridgePort } = await site.listening({ ALLOW_SIMULATOR: 'true' }, LIMIT);
    expect(gateway.stdout).toContain(`${LIMIT} files and sockets may be open: at most `);
    await openFlood(url);
    expect(await ask(`${url}/health/live`)).toBe(200);
    startTerminal(bridgePort);
    await gateway.until(async () => (await ask(`${url}/health/ready`)) === 200);
    const asked = Array.from({ length: CONCURRENT }, () => ask(`${url}/api/v1/admin/accounts`, { 'x-api-key': key }));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    expect(await metric(url, 'process_max_fds')).toBe(LIMIT);
    expect(await metric(url, 'process_open_fds')).toBeLessThan(LIMIT - 50);
    const max = await metric(url, 'mt5gw_http_connections_max{port="api"}');
    expect(await metric(url, 'mt5gw_http_connections{port="api"}')).toBeLessThanOrEqual(max);
    expect(await metric(url, 'mt5gw_http_connections_over_cap_total{port="api",outcome="evicted"}')).toBeGreaterThan(
      FLOOD - max - 1,
    );
    expect(gateway.stdout).toContain('an unused connection was closed for a newer one');
    expect(gateway.output).not.toMatch(/EMFILE|"level":50/);
  });
});

describe('a gateway that may have too few files and sockets open', () => {
  it('does not start, and says how many it needs', async () => {
    const gateway = site.limitedGateway(150);
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.stderr).toMatch(
      /^mt5-gateway: only 150 files and sockets may be open, .* allow at least (\d+) \(ulimit -n \1, /,
    );
    expect(gateway.stderr).not.toMatch(/^\s+at /m);
  });

  it('starts with as many as it asks for', async () => {
    const refused = site.limitedGateway(150);
    await refused.ended;
    const [, lowest] = /ulimit -n (\d+)/.exec(refused.stderr)!;
    const { gateway, url } = await site.listening({}, Number(lowest));
    expect(gateway.stdout).toContain('at most 16 HTTP connections and 32 bridge connections without a proof');
    const doctor = site.program('cli/doctor.js', [], { PORT: new URL(url).port });
    await doctor.ended;
    expect(doctor.stdout).toMatch(
      new RegExp(
        `^ok {4}open files {7}${lowest} files and sockets may be open: at most 16 HTTP .*, \\d+ are open now$`,
        'm',
      ),
    );
  });
});

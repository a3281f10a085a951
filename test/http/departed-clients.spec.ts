import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { csvAnswer, DataAnswer } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { probe, ProbeController } from './probe.controller.js';
import { until } from '../support/until.js';

/** More than the buffers of a connection hold. */
const HUGE = 32 * 1024 * 1024;
const WARN = 40;

type Leave = (socket: Socket) => void;
const WAYS: readonly [string, Leave][] = [
  ['closes', (socket) => socket.end()],
  ['closes without reading', (socket) => socket.destroy()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

describe('a client that leaves', () => {
  let app: TestGateway;
  let pro: string;
  let admin: string;
  const lines: string[] = [];
  let arrived: () => void;
  let entered: Promise<void>;

  beforeEach(async () => {
    lines.length = 0;
    app = await gateway().withControllers(ProbeController).withLog(lines).start();
    pro = await app.key({ tier: 'PRO' });
    admin = await app.key({ kind: 'adm' });
    entered = new Promise((resolve) => (arrived = resolve));
  });
  afterEach(() => app.close());

  const dial = async (text: string): Promise<Socket> => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    return socket;
  };
  const metric = async (line: RegExp): Promise<number> => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const untilCounted = (line: RegExp) => until(async () => (await metric(line)) > 0, `/metrics has ${line}`);
  const loud = () => lines.filter((line) => (JSON.parse(line) as { level: number }).level >= WARN);
  const gone = (method: string, route: string) =>
    new RegExp(
      `^http_request_duration_seconds_count\\{method="${method}",route="${route}",status="499"\\} (\\d+)`,
      'm',
    );
  const answered500 = /^http_request_duration_seconds_count\{[^}]*status="500"\} (\d+)/m;
  const unreadable = /^mt5gw_http_unreadable_total\{reason="(?:client-gone|malformed)"\} (\d+)/m;
  const PROBE = gone('GET', '/api/v1/probe/:symbol/:timeframe');

  it.each(WAYS)('and %s in the middle of a body is no fault of ours', async (_name, leave) => {
    const head = `POST /api/v1/admin/keys HTTP/1.1\r\nHost: x\r\nX-API-Key: ${admin}\r\n`;
    const body = 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na';
    leave(await dial(head + body));
    await untilCounted(gone('POST', '/api/v1/admin/keys'));
    expect(loud()).toEqual([]);
    expect(lines.join('')).toMatch(/"level":20[^\n]*client-gone request_id=/);
    expect(await metric(answered500)).toBe(0);
  });

  it.each(WAYS)('and %s in the middle of a chunked body is no fault of ours', async (_name, leave) => {
    const head = `POST /api/v1/admin/keys HTTP/1.1\r\nHost: x\r\nX-API-Key: ${admin}\r\n`;
    leave(await dial(`${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"na`));
    await untilCounted(gone('POST', '/api/v1/admin/keys'));
    expect(loud()).toEqual([]);
    expect(await metric(answered500)).toBe(0);
  });

  it.each(WAYS)('and %s in the middle of the head is counted and not logged', async (_name, leave) => {
    leave(await dial('GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-AP'));
    await untilCounted(unreadable);
    expect(loud()).toEqual([]);
  });

  it.each(WAYS)('and %s while its answer is made is counted as gone', async (_name, leave) => {
    let finish: (value: unknown) => void = () => undefined;
    probe.act = () => {
      arrived();
      return new Promise((resolve) => (finish = resolve));
    };
    const socket = await dial(`GET /api/v1/probe/EURUSD/H1 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${pro}\r\n\r\n`);
    await entered;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    leave(socket);
    if (!socket.destroyed) socket.destroy();
    await closed;
    await untilCounted(PROBE);
    finish({});
    expect(loud()).toEqual([]);
  });

  it.each(WAYS.slice(1))('and %s in the middle of the answer is counted as gone', async (_name, leave) => {
    probe.act = () => new DataAnswer({ body: Buffer.alloc(HUGE, 32), maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
    const socket = await dial(`GET /api/v1/probe/EURUSD/H1 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${pro}\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve));
    leave(socket);
    await untilCounted(PROBE);
    expect(loud()).toEqual([]);
    expect(await metric(answered500)).toBe(0);
  });

  it.each(WAYS.slice(1))('and %s in the middle of a table is no fault of ours', async (_name, leave) => {
    async function* pages() {
      for (let page = 0; page < 1000; page++) {
        yield Array.from({ length: 100 }, () => ['x'.repeat(1000)]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    probe.act = () => csvAnswer('table.csv', ['text'], pages());
    const socket = await dial('GET /api/v1/probe/public HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    leave(socket);
    await untilCounted(gone('GET', '/api/v1/probe/public'));
    expect(loud()).toEqual([]);
    expect(await metric(answered500)).toBe(0);
  });

  it('and resets after an upgrade or the first bytes of TLS is no fault of ours', async () => {
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n';
    (await dial(`GET /api/v1/me HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`)).resetAndDestroy();
    (await dial('\x16\x03\x01\x02\x00\x01')).resetAndDestroy();
    (await dial('GET')).resetAndDestroy();
    await untilCounted(unreadable);
    expect(loud()).toEqual([]);
  });

  it('does not hide a fault of the gateway that happens after it left', async () => {
    let fail: (error: Error) => void = () => undefined;
    probe.act = () => {
      arrived();
      return new Promise((_resolve, reject) => (fail = reject));
    };
    const socket = await dial(`GET /api/v1/probe/EURUSD/H1 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${pro}\r\n\r\n`);
    await entered;
    socket.resetAndDestroy();
    await untilCounted(PROBE);
    fail(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    await until(() => loud().length > 0, 'the fault is logged');
    expect(loud().join('')).toContain('internal');
  });
});

import type { Server } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { DataAnswer, type GatewayHttpAdapter } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import { probe, ProbeController } from './probe.controller.js';
import { until } from '../support/until.js';

describe('shutting down', () => {
  it('is not held up by a client that does not read its answer', async () => {
    const app = await gateway().withControllers(ProbeController).start();
    const key = await app.key({ tier: 'PRO' });
    const body = Buffer.alloc(30_000_000, 0x20);
    probe.act = () => new DataAnswer({ body, maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.write(`GET /api/v1/probe/EURUSD/H1 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n\r\n`);
    await once(socket, 'readable');
    await app.close();
    socket.resume();
    await closed;
    await expect(fetch(app.url)).rejects.toThrow('fetch failed');
  });

  it('answers a request that still arrives on an open connection with shutting-down', async () => {
    const app = await gateway().withControllers(ProbeController).withServer({ shutdownGraceMs: 5_000 }).start();
    const key = await app.key({ tier: 'PRO' });
    const { hostname, port } = new URL(app.url);
    const request = `GET /api/v1/probe/public HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n\r\n`;
    let finish: (value: unknown) => void = () => {};
    const called = new Promise<void>((resolve) => {
      probe.act = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    const socket = connect(Number(port), hostname);
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    const closed = once(socket, 'close');
    socket.write(request);
    await called;
    const server = app.app.getHttpServer() as Server;
    const closing = app.close();
    await until(() => !server.listening, 'the port is closed');
    socket.write(request);
    finish({ success: true });
    await closing;
    await closed;
    const answers = Buffer.concat(parts).toString();
    expect(answers).toMatch(/^HTTP\/1.1 200 /);
    expect(answers).toMatch(/HTTP\/1.1 503 /);
    expect(answers).toContain('"code":"shutting-down"');
  });

  it('asks every client to close its connection while it drains, also for a request that was taken before', async () => {
    const app = await gateway().withControllers(ProbeController).start();
    const adapter = app.app.getHttpAdapter() as unknown as GatewayHttpAdapter;
    const { hostname, port } = new URL(app.url);
    let finish: (value: unknown) => void = () => {};
    const called = new Promise<void>((resolve) => {
      probe.act = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    const before = fetch(`${app.url}/api/v1/probe/public`);
    await called;
    adapter.beginDrain();
    finish({ success: true });
    const answers = [await before, await fetch(`${app.url}/api/v1/nowhere`), await fetch(`${app.url}/%`)];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 400]);
    for (const { headers } of answers) expect(headers.get('connection')).toBe('close');
    const socket = connect(Number(port), hostname);
    const closed = once(socket, 'close');
    socket.resume().write('GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    await app.close();
  });
});

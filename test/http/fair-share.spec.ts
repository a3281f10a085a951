import { connect, type Socket } from 'node:net';
import { Get } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AnswerRenderer,
  ApiController,
  CustomerRoute,
  DataAnswer,
  Renderer,
  SeriesParam,
  type SeriesRef,
} from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { FREE, PRO } from '../support/gateway-settings.js';
import { ManualClock } from '../support/manual-clock.js';
import { probe, ProbeController } from './probe.controller.js';
import { until } from '../support/until.js';

const MB = 1024 * 1024;
const UNLIMITED = {
  ...PRO,
  name: 'FREE',
  rank: 0,
  limits: { perMinute: 10_000, perDay: undefined, concurrent: undefined },
};

const rendering = { begun: 0, bytes: 8 * MB };

/** Renders a separate body for every request. */
@ApiController('rendered')
class RenderedController {
  @CustomerRoute({ series: true })
  @Get(':symbol/:timeframe')
  async get(@SeriesParam() _series: SeriesRef, @Renderer() renderer: AnswerRenderer): Promise<DataAnswer> {
    const body = await renderer.render(rendering.bytes, function* () {
      rendering.begun++;
      yield;
      return Buffer.alloc(rendering.bytes, 32);
    });
    return new DataAnswer({ body, maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
  }
}

describe('one customer among others', () => {
  let app: TestGateway;
  let greedy: string;
  let other: string;
  const clock = new ManualClock();
  const sockets: Socket[] = [];
  let waiting: (() => void)[] = [];

  beforeEach(async () => {
    Object.assign(rendering, { begun: 0, bytes: 8 * MB });
    waiting = [];
    probe.calls = 0;
    probe.act = () => new Promise((resolve) => waiting.push(() => resolve({})));
    app = await gateway()
      .withControllers(ProbeController, RenderedController)
      .withTiers(UNLIMITED, { ...FREE, name: 'PRO', rank: 1, timeframes: PRO.timeframes })
      .withAdapterClock(clock)
      .start();
    greedy = await app.key({ tier: 'FREE' });
    other = await app.key({ tier: 'PRO' });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const resolve of waiting) resolve();
    await app.close();
  });

  /** Writes pipelined requests into one connection. */
  const pipeline = async (path: string, count: number): Promise<Socket> => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname).pause();
    sockets.push(socket);
    socket.on('error', () => undefined);
    const requests = Array.from({ length: count }, (_, number) => {
      const headers = `Host: x\r\nX-API-Key: ${greedy}\r\nX-Request-Id: n${number}`;
      return `GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`;
    });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    socket.write(requests.join(''));
    return socket;
  };
  const ask = (key: string, path = '/api/v1/me') => fetch(app.url + path, { headers: { 'x-api-key': key } });
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')[1] ?? Number.NaN,
    );
  };
  const largest = () => metric('mt5gw_http_unsent_bytes{of="largest"}');

  it('has two requests of a connection worked on, however many it pipelines, and all answers in order', async () => {
    const socket = await pipeline('/api/v1/probe/EURUSD/H1', 400);
    await until(() => probe.calls >= 2);
    expect((await ask(other)).status).toBe(200);
    expect(probe.calls).toBe(2);
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part)).resume();
    let text = '';
    await until(() => {
      expect(waiting.length).toBeLessThanOrEqual(2);
      waiting.shift()?.();
      text = Buffer.concat(parts).toString();
      return text.includes('x-request-id: n399\r\n');
    }, 'the last of 400 answers');
    const ids = [...text.matchAll(/x-request-id: (n\d+)\r\n/g)].map(([, id]) => id);
    expect(ids).toEqual(Array.from({ length: 400 }, (_, number) => `n${number}`));
    expect([...text.matchAll(/^HTTP\/1.1 (\d+)/gm)].every(([, status]) => status === '200')).toBe(true);
  });

  it('has nothing begun of what it pipelined when it leaves', async () => {
    const socket = await pipeline('/api/v1/probe/EURUSD/H1', 100);
    await until(() => probe.calls >= 2);
    socket.resetAndDestroy();
    const inUse = async () => {
      const { data } = (await (await ask(greedy, '/api/v1/limits')).json()) as {
        data: { concurrency: { in_use: number } };
      };
      return data.concurrency.in_use;
    };
    await until(async () => (await inUse()) === 0);
    expect(probe.calls).toBe(2);
  });

  it('reads bodies of pipelined requests as they come', async () => {
    const admin = await app.key({ kind: 'adm' });
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    const body = `{"count":1,"pad":"${'x'.repeat(60_000)}"}`;
    const headers = `Host: x\r\nX-API-Key: ${admin}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.write(`POST /api/v1/probe/admin HTTP/1.1\r\n${headers}\r\n\r\n${body}`.repeat(12));
    const answers = () =>
      Buffer.concat(parts)
        .toString()
        .match(/HTTP\/1.1 400 /g)?.length ?? 0;
    await until(() => answers() >= 12);
  });

  it('allows 50 concurrent requests where its tier names no number', async () => {
    const asked = Array.from({ length: 51 }, () => ask(greedy, '/api/v1/probe/EURUSD/H1'));
    expect((await Promise.race(asked)).status).toBe(429);
    await until(() => waiting.length >= 50);
    expect(await (await ask(greedy, '/api/v1/limits')).json()).toMatchObject({
      data: { concurrency: { limit: 50, in_use: 50 } },
    });
    for (const resolve of waiting) resolve();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
  });

  it('holds at most 32 MB of answers that it does not read, and keeps no other customer waiting', async () => {
    await Promise.all(Array.from({ length: 12 }, () => pipeline('/api/v1/rendered/EURUSD/H1', 1)));
    await until(async () => {
      expect(await largest()).toBeLessThanOrEqual(32 * MB);
      return rendering.begun >= 4 && (await metric('mt5gw_http_rendering_waiting')) >= 8;
    });
    rendering.bytes = 1000;
    const answer = await ask(other, '/api/v1/rendered/EURUSD/H1');
    expect([answer.status, (await answer.text()).length]).toEqual([200, 1000]);
    expect(rendering.begun).toBe(5);
    expect(await largest()).toBe(32 * MB);
    sockets[0]!.destroy();
    await until(async () => {
      expect(await largest()).toBeLessThanOrEqual(32 * MB);
      return rendering.begun >= 6;
    });
    for (const socket of sockets) socket.destroy();
    await until(async () => (await largest()) === 0);
    expect(await metric('mt5gw_http_rendering_waiting')).toBe(0);
  });

  it('is cut off when it has not taken an answer after 60 seconds, which is counted', async () => {
    const socket = await pipeline('/api/v1/rendered/EURUSD/H1', 1);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await until(async () => (await largest()) > 0 && rendering.begun > 0);
    await new Promise((resolve) => socket.once('readable', resolve));
    clock.advance(59_999);
    expect(await metric('mt5gw_http_slow_readers_total')).toBe(0);
    expect(await largest()).toBe(8 * MB);
    clock.advance(1);
    await until(async () => (await largest()) === 0);
    expect(await metric('mt5gw_http_slow_readers_total')).toBe(1);
    socket.resume();
    await closed;
    clock.advance(60_000);
    expect(await metric('mt5gw_http_slow_readers_total')).toBe(1);
  });
});

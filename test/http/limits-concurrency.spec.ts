import { connect, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataAnswer } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { FREE, PRO } from '../support/gateway-settings.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';
import { until } from '../support/until.js';

const PATH = '/api/v1/probe/EURUSD/H1';
const TIERS = [{ ...FREE, limits: { perMinute: 50, perDay: undefined, concurrent: 2 } }, PRO];
/** More than the buffers of a connection hold. */
const HUGE = 64 * 1024 * 1024;

/** Handlers that wait until the test lets them go. */
class Gate {
  private readonly waiting: ((result: () => unknown) => void)[] = [];
  private readonly watchers: { count: number; resolve: () => void }[] = [];
  entered = 0;

  readonly act = async (): Promise<unknown> => {
    const held = new Promise<() => unknown>((resolve) => this.waiting.push(resolve));
    this.entered++;
    for (const watcher of this.watchers) if (this.entered >= watcher.count) watcher.resolve();
    return (await held)();
  };

  /** Resolves when this many requests have reached the handler. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.entered >= count) resolve();
      else this.watchers.push({ count, resolve });
    });
  }

  open(result: () => unknown = () => ({})): void {
    for (const resolve of this.waiting.splice(0)) resolve(result);
  }
}

describe('the limit on concurrent requests', () => {
  let app: TestGateway;
  let key: string;
  let gate: Gate;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    app = await gateway()
      .withControllers(ProbeController)
      .withTiers(...TIERS)
      .start();
    key = await app.key({ tier: 'FREE' });
    gate = new Gate();
    probe.act = gate.act;
  });
  afterEach(async () => {
    gate.open();
    for (const socket of sockets.splice(0)) socket.destroy();
    await app.close();
  });

  const ask = async (path = PATH, init: RequestInit = {}) => {
    const response = await fetch(app.url + path, { ...init, headers: { 'x-api-key': key } });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  };
  const standing = async () => {
    const { body } = await ask('/api/v1/limits');
    const data = body['data'] as { policies: { remaining: number }[]; concurrency: { in_use: number } };
    return { inUse: data.concurrency.in_use, remaining: data.policies[0]?.remaining };
  };
  /** Asks until the server has noticed; it hears of a closed connection when the host tells it. */
  const untilInUse = async (count: number) => {
    await until(async () => (await standing()).inUse === count, `${count} requests are in use`);
    return standing();
  };
  /** Writes requests into one connection, without reading what comes back. */
  const raw = async (...paths: string[]) => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname).pause();
    sockets.push(socket);
    socket.on('error', () => undefined);
    const text = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n\r\n`).join('');
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    return socket;
  };
  const refusedText = 'the account already has 2 requests open, its limit of concurrent requests; wait for an answer';

  it('refuses the request after the last place, takes nothing for it, and lets it through when one is free', async () => {
    const first = [ask(), ask()];
    await gate.reached(2);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('48');
    expect(refused.body).toMatchObject({
      code: 'concurrency-exceeded',
      error: refusedText,
      retryable: true,
      retry_after: 1,
      violated_policies: ['concurrency'],
    });
    expect(await standing()).toEqual({ inUse: 2, remaining: 48 });
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('mt5gw_rate_limited_total{tier="FREE",policy="concurrency"} 1\n');
    gate.open();
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(200);
    probe.act = () => ({});
    expect((await ask()).status).toBe(200);
  });

  it('lets exactly as many through as allowed, of many that come together', async () => {
    const asked = Array.from({ length: 30 }, () => ask());
    let refused = 0;
    const allRefused = new Promise<void>((resolve) => {
      for (const answer of asked) {
        void answer.then(({ status }) => {
          if (status === 429 && ++refused === 28) resolve();
        });
      }
    });
    await gate.reached(2);
    await allRefused;
    gate.open();
    expect((await Promise.all(asked)).filter(({ status }) => status === 200)).toHaveLength(2);
    expect(gate.entered).toBe(2);
    expect(await standing()).toEqual({ inUse: 0, remaining: 48 });
  });

  it('is shared by all keys of an account, and by no other account', async () => {
    const { accountId } = [...app.stores.accounts.keys.values()][0] ?? { accountId: '' };
    const sibling = await app.key({ accountId });
    const stranger = await app.key({ tier: 'FREE' });
    const first = [ask(), ask()];
    await gate.reached(2);
    const symbols = (by: string) => fetch(`${app.url}/api/v1/symbols`, { headers: { 'x-api-key': by } });
    expect((await symbols(sibling)).status).toBe(429);
    expect((await symbols(stranger)).status).toBe(200);
    gate.open();
    await Promise.all(first);
  });

  it.each([
    ['an error', () => new ProbeError('terminal-timeout'), 504, 50],
    ['a fault of the gateway', () => new Error('unexpected'), 500, 50],
    ['nothing found', () => new ProbeError('not-found'), 404, 49],
  ])('has the place back after %s', async (_name, error, status, remaining) => {
    const asked = ask();
    await gate.reached(1);
    gate.open(() => {
      throw error();
    });
    expect((await asked).status).toBe(status);
    expect(await standing()).toEqual({ inUse: 0, remaining });
  });

  it('has the place back when the caller hangs up before the answer, which then costs what it would have cost', async () => {
    const sent = await raw(PATH);
    await gate.reached(1);
    expect((await standing()).inUse).toBe(1);
    sent.destroy();
    expect(await untilInUse(0)).toEqual({ inUse: 0, remaining: 49 });
    gate.open(() => {
      throw new ProbeError('terminal-disconnected');
    });
    await until(async () => (await standing()).remaining === 50, 'the refused request is given back');
    probe.act = gate.act;
    const answered = await raw(PATH);
    await gate.reached(2);
    answered.destroy();
    await untilInUse(0);
    gate.open();
    expect((await ask('/api/v1/symbols')).status).toBe(200);
    expect(await standing()).toEqual({ inUse: 0, remaining: 48 });
  });

  it('has the place back when the caller hangs up in the middle of the answer', async () => {
    probe.act = () => new DataAnswer({ body: Buffer.alloc(HUGE, 32), maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
    const socket = await raw(PATH);
    await untilInUse(1);
    await new Promise((resolve) => socket.once('readable', resolve));
    expect(String(socket.read(12))).toBe('HTTP/1.1 200');
    expect(await standing()).toEqual({ inUse: 1, remaining: 49 });
    socket.destroy();
    expect(await untilInUse(0)).toEqual({ inUse: 0, remaining: 49 });
  });

  it('has every place back of requests that waited behind each other on a connection that is gone', async () => {
    const socket = await raw(PATH, PATH, PATH);
    await gate.reached(2);
    expect((await standing()).inUse).toBe(2);
    socket.destroy();
    await untilInUse(0);
    const again = [ask(), ask()];
    await gate.reached(4);
    expect((await standing()).inUse).toBe(2);
    gate.open();
    for (const answer of await Promise.all(again)) expect(answer.status).toBe(200);
    expect((await standing()).inUse).toBe(0);
  });

  it('takes no place for a request whose caller went away while its key was looked up', async () => {
    // Older than a key is believed without asking the store again.
    app.clock.advance(30_000);
    const find = app.stores.accounts.findKey.bind(app.stores.accounts);
    const gone = new Promise<void>((resolve) => {
      const server = app.app.getHttpServer() as Server;
      server.once('connection', (connection: Socket) => connection.once('close', () => resolve()));
    });
    const lookedUp = new Promise<void>((resolve) => {
      app.stores.accounts.findKey = async (id) => {
        app.stores.accounts.findKey = find;
        resolve();
        await gone;
        return find(id);
      };
    });
    const socket = await raw(PATH);
    await lookedUp;
    socket.destroy();
    await gate.reached(1);
    expect((await standing()).inUse).toBe(0);
  });
});

import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { ManualClock } from '../support/manual-clock.js';
import { freePort } from '../process/program.js';
import { probe, ProbeController } from './probe.controller.js';

const CAP = 5;
const ASK = 'GET /api/v1/probe/public HTTP/1.1\r\nHost: x\r\n\r\n';

/** One client's connection, what came over it, and whether it is closed. */
class Client {
  received = '';
  private readonly socket: Socket;
  readonly closed: Promise<void>;
  /** The server sends nothing more. */
  readonly ended: Promise<void>;
  private readonly news = new EventTarget();

  /** `staysOpen`: it does not close its side when the server closes. */
  constructor(url: string, { staysOpen = false } = {}) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ port: Number(port), host: hostname, allowHalfOpen: staysOpen });
    this.socket.on('error', () => undefined);
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
      this.news.dispatchEvent(new Event('data'));
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    this.ended = new Promise((resolve) => this.socket.once('end', () => resolve()));
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Resolves when this has come. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      await new Promise((resolve) => this.news.addEventListener('data', resolve, { once: true }));
    }
    return this.received;
  }

  async answered(): Promise<this> {
    await this.until(/"success":true/);
    this.received = '';
    return this;
  }

  end(): void {
    this.socket.destroy();
  }
}

describe('an API with five connections at most', () => {
  let app: TestGateway;
  let clock: ManualClock;
  let lines: string[];
  let clients: Client[];
  let metricsUrl: string;

  beforeEach(async () => {
    lines = [];
    clients = [];
    clock = new ManualClock();
    const metricsPort = await freePort();
    app = await gateway()
      .withControllers(ProbeController)
      .withLog(lines, 'info')
      .withServer({ metricsPort })
      .withMaxConnections(CAP)
      .withAdapterClock(clock)
      .start();
    probe.act = () => ({ success: true });
    metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  });
  afterEach(async () => {
    for (const client of clients) client.end();
    await app.close();
  });

  const dial = (options?: { staysOpen: boolean }): Client => {
    const client = new Client(app.url, options);
    clients.push(client);
    return client;
  };
  /** A connection that is kept alive after one answer. */
  const kept = (): Promise<Client> => dial().send(ASK).answered();
  const keep = async (count: number): Promise<Client[]> => {
    const all: Client[] = [];
    for (let index = 0; index < count; index++) all.push(await kept());
    return all;
  };
  /** Each asks something that the server has then, and does not answer before the returned function is called. */
  const hold = async (holders: readonly Client[]): Promise<() => void> => {
    let finish: (value: unknown) => void = () => {};
    const finished = new Promise((resolve) => (finish = resolve));
    let count = 0;
    const arrived = new Promise<void>((resolve) => {
      probe.act = async () => {
        if (++count === holders.length) resolve();
        return finished;
      };
    });
    for (const holder of holders) holder.send(ASK);
    await arrived;
    probe.act = () => ({ success: true });
    return () => finish({ success: true });
  };
  const metric = async (row: string): Promise<number | undefined> => {
    const text = await (await fetch(metricsUrl, { headers: { connection: 'close' } })).text();
    const line = text.split('\n').find((one) => one.startsWith(`${row} `));
    return line === undefined ? undefined : Number(line.slice(row.length));
  };
  const overCap = (outcome: string) => metric(`mt5gw_http_connections_over_cap_total{port="api",outcome="${outcome}"}`);
  const said = (text: string) => lines.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as object);

  it('closes the connection that is unused for the longest time for a sixth one, and serves that', async () => {
    const [first, ...others] = await keep(CAP);
    const sixth = await kept();
    await first!.closed;
    expect(await overCap('evicted')).toBe(1);
    expect(await overCap('refused')).toBe(0);
    expect(await metric('mt5gw_http_connections{port="api"}')).toBe(CAP);
    expect(await metric('mt5gw_http_connections_max{port="api"}')).toBe(CAP);
    for (const client of [...others, sixth]) await client.send(ASK).answered();
    expect(said('as many connections as it may have (5): an unused connection was closed')).toEqual([
      expect.objectContaining({ level: 40, context: 'Http' }),
    ]);
  });

  it('never closes a connection with an open request: it refuses the sixth one with 503 and a Retry-After', async () => {
    const holders = Array.from({ length: CAP }, () => dial());
    const finish = await hold(holders);
    const sixth = dial().send(ASK);
    await sixth.closed;
    expect(sixth.received).toMatch(/^HTTP\/1\.1 503 /);
    expect(sixth.received).toMatch(/\r\nRetry-After: 1\r\n/);
    expect(sixth.received).toMatch(/\r\nConnection: close\r\n/);
    expect(sixth.received).toContain('"code":"reduced-capacity"');
    finish();
    for (const holder of holders) await holder.answered();
    expect(await overCap('refused')).toBe(1);
    expect(await overCap('evicted')).toBe(0);
    expect(said('each of them is in use, and a new one was refused')).toHaveLength(1);
  });

  it('gives a place back when its connection closes', async () => {
    const all = await keep(CAP);
    all[2]!.end();
    while ((await metric('mt5gw_http_connections{port="api"}')) !== CAP - 1) await new Promise(setImmediate);
    await kept();
    expect(await overCap('evicted')).toBe(0);
  });

  it('counts a connection as used until the last of its pipelined requests is answered', async () => {
    const pipelining = dial();
    const finish = await hold([pipelining]);
    pipelining.send(ASK).send(ASK);
    await keep(CAP - 1);
    await keep(CAP);
    finish();
    await pipelining.until(/(?:"success":true[^]*){3}/);
    expect(await overCap('evicted')).toBe(CAP);
  });

  it('writes one line a minute, with how many connections were closed since the last one', async () => {
    await keep(CAP + 4);
    expect(said('an unused connection was closed')).toHaveLength(1);
    clock.advance(60_000);
    await kept();
    const [, second] = said('an unused connection was closed');
    expect(second).toMatchObject({ msg: expect.stringContaining(', 4 since the last such line') });
  });

  it('keeps at most eight refused connections open, and each for half a second', async () => {
    const holders = Array.from({ length: CAP }, () => dial());
    const finish = await hold(holders);
    const refused = Array.from({ length: 10 }, () => dial({ staysOpen: true }));
    await Promise.all(refused.map(({ ended }) => ended));
    expect(refused.map(({ received }) => received.includes('reduced-capacity'))).toEqual([
      ...Array.from({ length: 8 }, () => true),
      false,
      false,
    ]);
    clock.advance(500);
    const later = dial({ staysOpen: true });
    await later.until(/reduced-capacity/);
    finish();
    for (const holder of holders) await holder.answered();
    expect(await overCap('refused')).toBe(11);
  });

  it('caps the metrics port too', async () => {
    const silent = Array.from({ length: 30 }, () => new Client(metricsUrl));
    clients.push(...silent);
    await Promise.all(silent.slice(0, 10).map(({ closed }) => closed));
    expect(await metric('mt5gw_http_connections{port="metrics"}')).toBe(16);
    expect(await metric('mt5gw_http_connections_max{port="metrics"}')).toBe(16);
  });
});

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { farewell, helloFrame, PREAMBLE, ScriptedTerminal, type RawFrame } from '../support/scripted-terminal.js';
import { ListenerHarness, TERMINALS } from './listener-harness.js';

const WELCOME = 3;
const TOO_MANY_CONNECTIONS = 9;
const FLOODERS = ['127.0.0.2', '127.0.0.3'];
const OWN_ADDRESS = '127.0.0.1';
/** Fewer places than the flood has sockets, as in a gateway under attack. */
const unproved = { strangers: 40, knownAddresses: 40, perAddress: 20 };

/** Sockets that take places and never prove anything. */
class Flood {
  private readonly sockets: ScriptedTerminal[] = [];

  constructor(
    private readonly port: number,
    private readonly addresses: readonly string[],
    /** What each of them sends. */
    private readonly says?: Buffer,
  ) {}

  /** Dials so often, from one address after the other; resolves when the last one is connected. */
  async dial(count: number): Promise<void> {
    for (let dialed = 0; dialed < count; dialed++) {
      const localAddress = this.addresses[this.sockets.length % this.addresses.length]!;
      const socket = await ScriptedTerminal.dial(this.port, { localAddress });
      if (this.says !== undefined) socket.send(this.says);
      this.sockets.push(socket);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.sockets.map((socket) => socket.leave()));
  }
}

let harness: ListenerHarness;
let flood: Flood;

afterEach(async () => {
  await flood.end();
  await harness.stop();
});

/** Shakes hands while the flood goes on between any two steps. */
async function shakeHandsInFlood(terminalId: string, dials: number): Promise<ScriptedTerminal> {
  const terminal = await ScriptedTerminal.dial(harness.port, { localAddress: OWN_ADDRESS });
  terminal.send(PREAMBLE);
  await flood.dial(dials);
  await terminal.bytes(PREAMBLE.length);
  const { payload: serverNonce } = await terminal.frame();
  await flood.dial(dials);
  terminal.send(helloFrame(serverNonce, { terminalId }));
  expect((await terminal.frame()).type).toBe(WELCOME);
  return terminal;
}

async function reconnectAll(dials: number): Promise<void> {
  const back = [];
  for (const id of TERMINALS) back.push(await shakeHandsInFlood(id, dials));
  expect(harness.listener.stats().sessions).toBe(TERMINALS.length);
  await Promise.all(back.map((terminal) => terminal.leave()));
  await harness.until(() => harness.listener.stats().sessions === 0);
}

describe('a flood of strangers on the bridge port', () => {
  it('keeps no terminal out that dials for the first time, though it holds every place with silence', async () => {
    harness = await ListenerHarness.start({ unproved });
    flood = new Flood(harness.port, FLOODERS);
    await flood.dial(130);
    await reconnectAll(20);
    expect(harness.evictions).toContain('silent');
    expect(harness.evictions).not.toContain('unfinished');
  });

  it('keeps no terminal out that shares its address with the silent sockets', async () => {
    harness = await ListenerHarness.start({ unproved });
    flood = new Flood(harness.port, [OWN_ADDRESS]);
    await flood.dial(200);
    await reconnectAll(20);
    await reconnectAll(20);
    expect(harness.evictions).not.toContain('unfinished');
  });

  it('keeps no known terminal out though every stranger sends half a handshake', async () => {
    harness = await ListenerHarness.start({ unproved });
    const known = await ScriptedTerminal.ready(harness.port);
    await known.leave();
    flood = new Flood(harness.port, FLOODERS, PREAMBLE);
    await flood.dial(130);
    await reconnectAll(50);
    await harness.until(() => harness.evictions.includes('unfinished'));
  });

  it('never opens more sockets for strangers than it has places', async () => {
    harness = await ListenerHarness.start({ unproved });
    flood = new Flood(harness.port, FLOODERS);
    await flood.dial(200);
    await harness.until(() => harness.evictions.length === 160);
    expect(harness.listener.stats()).toMatchObject({ connections: 40, handshaking: 40 });
    expect(harness.rejections).toHaveLength(160);
    expect(new Set(harness.rejections.map(({ reason }) => reason))).toEqual(new Set(['too-many-connections']));
  });
});

describe('a connection that loses its place', () => {
  it('is told why and when to dial again', async () => {
    harness = await ListenerHarness.start({ unproved: { strangers: 1, knownAddresses: 1, perAddress: 1 } });
    flood = new Flood(harness.port, FLOODERS);
    const terminal = await ScriptedTerminal.dial(harness.port);
    await flood.dial(1);
    await terminal.bytes(PREAMBLE.length);
    const reject: RawFrame = await terminal.frame();
    expect(farewell(reject)).toMatchObject({ reason: TOO_MANY_CONNECTIONS, retryAfterMs: 1000 });
    await terminal.closed;
  });

  it('is one that was refused already, before any that may still prove itself', async () => {
    harness = await ListenerHarness.start({ unproved: { strangers: 2, knownAddresses: 1, perAddress: 2 } });
    const silent = await ScriptedTerminal.dial(harness.port);
    const refused = await ScriptedTerminal.dial(harness.port);
    await refused.greet();
    refused.socket.pause();
    refused.send(helloFrame(Buffer.alloc(32)));
    await harness.until(() => harness.rejections.length === 1);
    flood = new Flood(harness.port, FLOODERS);
    await flood.dial(1);
    await harness.until(() => harness.evictions.length === 1);
    expect(harness.evictions).toEqual(['refused']);
    expect(harness.rejections).toHaveLength(1);
    expect((await silent.shakeHands()).type).toBe(WELCOME);
    await Promise.all([silent.leave(), refused.leave()]);
  });

  it('is never a session, however many strangers come', async () => {
    harness = await ListenerHarness.start({ unproved: { strangers: 1, knownAddresses: 1, perAddress: 1 } });
    const terminals = [];
    for (const terminalId of TERMINALS) terminals.push(await ScriptedTerminal.ready(harness.port, { terminalId }));
    flood = new Flood(harness.port, [OWN_ADDRESS]);
    await flood.dial(20);
    await harness.until(() => harness.evictions.length === 19);
    expect(harness.listener.stats().sessions).toBe(TERMINALS.length);
    await Promise.all(terminals.map((terminal) => terminal.leave()));
  });
});

describe('a flood on a TLS port', () => {
  const pem = (name: string): string =>
    readFileSync(new URL(`../fixtures/tls/localhost-${name}.pem`, import.meta.url), 'utf8');

  it('does not take a peer in its TLS handshake for a silent one', async () => {
    const tls = { key: pem('key'), cert: pem('cert') };
    harness = await ListenerHarness.start({ tls, unproved: { strangers: 3, knownAddresses: 3, perAddress: 3 } });
    flood = new Flood(harness.port, FLOODERS);
    const terminal = await ScriptedTerminal.dial(harness.port, { ca: tls.cert });
    await flood.dial(10);
    await harness.until(() => harness.evictions.length === 8);
    expect(harness.evictions).not.toContain('unfinished');
    expect((await terminal.shakeHands()).type).toBe(WELCOME);
    await terminal.leave();
  });
});

import type { INestApplication } from '@nestjs/common';
import { KeyIssuer } from '../../src/access/index.js';
import type { NewKey } from '../../src/access/credentials/new-key.js';
import { TierCache } from '../../src/access/tiers/tier-cache.js';
import { TcpTerminalPool, type TerminalState } from '../../src/terminals/index.js';
import { AnsweringBridge, type BridgeScript } from './answering-bridge.js';
import { expectDocumented } from './documented-calls.js';
import { MASTER_SECRET } from './gateway-settings.js';
import type { ManualClock } from './manual-clock.js';
import type { MemoryStores } from './memory-stores.js';

/** A running gateway that `gateway()` built, and the bridges that a test lets dial it. */
export class TestGateway {
  private readonly bridges: AnsweringBridge[] = [];
  private adminKey: Promise<string> | undefined;

  constructor(
    readonly app: INestApplication,
    readonly url: string,
    readonly clock: ManualClock,
    readonly stores: MemoryStores,
  ) {}

  get issuer(): KeyIssuer {
    return this.app.get(KeyIssuer);
  }

  get tiers(): TierCache {
    return this.app.get(TierCache);
  }

  /** The pool of a gateway with terminals. */
  get pool(): TcpTerminalPool {
    return this.app.get(TcpTerminalPool);
  }

  /** Creates a key; its text. */
  async key(changes: Partial<NewKey> = {}): Promise<string> {
    const created = await this.issuer.create(
      { kind: 'live', name: 'test', ...changes },
      { actor: 'test', requestId: undefined },
    );
    return created.text;
  }

  /**
   * One request with a JSON answer, by an admin of the terminals unless a key is given; '' sends no key.
   *
   * @throws Error at an answer that is not documented
   */
  async call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    apiKey?: string,
    { body, headers = {} }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    const key = apiKey ?? (await (this.adminKey ??= this.key({ kind: 'adm', scopes: ['terminals'] })));
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(key === '' ? {} : { 'X-API-Key': key }), ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await expectDocumented(method, path, response.clone());
    const type = response.headers.get('content-type');
    return { status: response.status, type, headers: response.headers, body: await response.json() };
  }

  /** `/metrics` as text. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  /** Dials as this terminal; resolves after the welcome or the reject. */
  async dial(terminalId: string, script: Partial<BridgeScript> = {}): Promise<AnsweringBridge> {
    const { port } = this.pool.address;
    const bridge = await AnsweringBridge.dial(port, { terminalId, masterSecret: MASTER_SECRET, ...script });
    this.bridges.push(bridge);
    return bridge;
  }

  /** Dials and waits until the terminal is ready. */
  async ready(terminalId: string, script: Partial<BridgeScript> = {}): Promise<AnsweringBridge> {
    const isReady = this.becomes('ready', terminalId);
    const bridge = await this.dial(terminalId, script);
    await isReady;
    return bridge;
  }

  /** Resolves when a terminal, or this one, enters a state. */
  becomes(state: TerminalState, terminalId?: string): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.pool.onChange((change) => {
        if (change.to !== state || (terminalId ?? change.terminalId) !== change.terminalId) return;
        unsubscribe();
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await Promise.all(this.bridges.map((bridge) => bridge.leave()));
  }
}

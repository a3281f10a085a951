import type { Rejection } from '../../src/bridge/index.js';
import { type ConfiguredTerminal, type TerminalSettings } from '../../src/config/index.js';
import { unprovedPlaces } from '../../src/config/descriptors/descriptor-budget.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { symbolName } from '../../src/market/index.js';
import { type SymbolRoute, TcpTerminalPool, type TerminalState } from '../../src/terminals/index.js';
import type { TerminalChange } from '../../src/terminals/pool/terminal.state.js';
import type { IgnoredOfPeer } from '../../src/terminals/pool/ignored-input.js';
import { ManualClock } from '../support/manual-clock.js';
import { AnsweringBridge, type BridgeScript } from '../support/answering-bridge.js';
import { MASTER_SECRET } from '../support/gateway-settings.js';
import { untilNews } from '../support/until.js';
import { changed, USUAL_SETTINGS } from '../support/usual-settings.js';

export const EURUSD = symbolName('EURUSD');

/** A pool behind a real port whose time stands still, with everything that it told, and the bridges that dialled it. */
export class PoolHarness {
  readonly clock = new ManualClock();
  readonly changes: TerminalChange[] = [];
  readonly routes: (string | undefined)[] = [];
  readonly rejections: Rejection[] = [];
  readonly ignored: IgnoredOfPeer[] = [];
  readonly pool: TcpTerminalPool;
  port = 0;
  private readonly bridges: AnsweringBridge[] = [];
  private readonly news = new EventTarget();

  private constructor(terminals: readonly ConfiguredTerminal[], overrides: Partial<TerminalSettings>, port: number) {
    const settings = changed(USUAL_SETTINGS.terminals, { terminals, queueLimit: 8, ...overrides });
    const bridge = changed(USUAL_SETTINGS.bridge, {
      port,
      masterSecret: MASTER_SECRET,
      // Time is moved by minutes here; that a silent bridge is dropped is tested with the bridge.
      heartbeatMs: 10_000_000,
    });
    this.pool = new TcpTerminalPool({
      clock: this.clock,
      random: new SeededRandom(1),
      terminals: settings,
      bridge,
      unproved: unprovedPlaces(terminals.length),
    });
    this.pool.onChange((change) => this.tell(() => this.changes.push(change)));
    this.pool.onRoute(({ route }) => this.tell(() => this.routes.push(describeRoute(route))));
    this.pool.onHeartbeat(() => this.tell(() => undefined));
    this.pool.onIgnored((input) => this.tell(() => this.ignored.push(input)));
    this.pool.listener.onRejected((rejection) => this.tell(() => this.rejections.push(rejection)));
  }

  static async start(
    terminals: readonly ConfiguredTerminal[],
    overrides: Partial<TerminalSettings> = {},
    port = 0,
  ): Promise<PoolHarness> {
    const harness = new PoolHarness(terminals, overrides, port);
    harness.port = (await harness.pool.start()).port;
    return harness;
  }

  /** A pool whose port opens so long after the process began. */
  static async startAfter(startUpMs: number, terminals: readonly ConfiguredTerminal[]): Promise<PoolHarness> {
    const harness = new PoolHarness(terminals, {}, 0);
    harness.clock.advance(startUpMs);
    harness.port = (await harness.pool.start()).port;
    return harness;
  }

  /** Dials as this terminal; resolves after the welcome or the reject. */
  async dial(terminalId: string, script: Partial<BridgeScript> = {}): Promise<AnsweringBridge> {
    const bridge = await AnsweringBridge.dial(this.port, { terminalId, masterSecret: MASTER_SECRET, ...script });
    this.bridges.push(bridge);
    return bridge;
  }

  /** Dials and waits until the terminal is ready with this new session. */
  async ready(terminalId: string, script: Partial<BridgeScript> = {}): Promise<AnsweringBridge> {
    const before = this.pool.getTerminal(terminalId).epoch;
    const bridge = await this.dial(terminalId, script);
    await this.until(() => this.state(terminalId) === 'ready' && this.pool.getTerminal(terminalId).epoch !== before);
    return bridge;
  }

  state(terminalId: string): TerminalState {
    return this.pool.getTerminal(terminalId).state;
  }

  async becomes(terminalId: string, state: TerminalState): Promise<void> {
    await this.until(() => this.state(terminalId) === state);
  }

  /** Waits until something that the pool tells makes this true. */
  until(isSo: () => boolean): Promise<void> {
    return untilNews(this.news, isSo);
  }

  /** Ends everything and checks that nothing is left behind. */
  async stop(): Promise<void> {
    const stopped = this.pool.stop({ drainMs: 0 });
    this.clock.advance(0);
    await Promise.all(this.bridges.map((bridge) => bridge.leave()));
    await stopped;
    const { connections } = this.pool.connectionStats();
    const left = { connections, timers: this.clock.pendingTimers };
    if (left.connections + left.timers > 0) throw new Error(`the pool left something: ${JSON.stringify(left)}`);
  }

  private tell(note: () => void): void {
    note();
    this.news.dispatchEvent(new Event('news'));
  }
}

function describeRoute(route: SymbolRoute | undefined): string | undefined {
  return route === undefined ? undefined : `${route.symbol}=${route.terminalId}:${route.brokerSymbol}`;
}

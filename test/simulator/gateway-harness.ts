import { Simulator, type SimulatorPlan, type TerminalEvent } from '../../simulator/index.js';
import {
  type Admission,
  BridgeListener,
  type BridgePush,
  type BridgeSession,
  deriveTerminalKey,
  type Hello,
  type Rejection,
} from '../../src/bridge/index.js';
import type { SessionClosed } from '../../src/bridge/connection.state.js';
import { SeededRandom, SystemRandom } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { untilNews } from '../support/until.js';

const MASTER_SECRET = 'a master secret for tests';
export const HEARTBEAT_MS = 5000;
/** A Wednesday: every market quotes. */
export const START = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

/** The gateway's listener and a simulator against it: real TCP, two clocks that stand until the test moves them. */
export class GatewayHarness {
  readonly gatewayClock = new ManualClock();
  readonly clock = new ManualClock();
  readonly sessions: BridgeSession[] = [];
  readonly rejections: Rejection[] = [];
  readonly pushes: BridgePush[] = [];
  readonly ends: SessionClosed[] = [];
  readonly events: TerminalEvent[] = [];
  admit: (hello: Hello) => Admission = () => ({ accept: true, epoch: this.sessions.length + 1 });
  private readonly news = new EventTarget();
  private readonly listener: BridgeListener;
  private made: Simulator | undefined;

  private constructor() {
    this.listener = new BridgeListener({
      clock: this.gatewayClock,
      random: new SystemRandom(),
      heartbeatMs: HEARTBEAT_MS,
      policy: {
        keyOf: (id) => deriveTerminalKey(MASTER_SECRET, id),
        admit: (hello) => this.admit(hello),
      },
    });
    this.listener.onSession((session) => {
      session.onPush((push) => this.tell(() => this.pushes.push(push)));
      session.onClosed((closed) => this.tell(() => this.ends.push(closed)));
      this.tell(() => this.sessions.push(session));
    });
    this.listener.onRejected((rejection) => this.tell(() => this.rejections.push(rejection)));
  }

  /** With one terminal `T1` that has EURUSD and XAUUSD, standing at {@link START} (a replay: where its recordings end), unless the plan says otherwise. */
  static async start(plan: Partial<SimulatorPlan> = {}): Promise<GatewayHarness> {
    const harness = new GatewayHarness();
    const { port } = await harness.listener.start(0, '127.0.0.1');
    const terminals = [{ id: 'T1', login: 77, symbols: [{ name: 'EURUSD' }, { name: 'XAUUSD' }] }];
    const gateway = { host: '127.0.0.1', port };
    const still = plan.mode === 'replay' ? {} : { startTime: START, clockRate: 0 };
    const simulator = new Simulator(
      { gateway, masterSecret: MASTER_SECRET, terminals, ...still, ...plan },
      { clock: harness.clock, random: new SeededRandom(1) },
    );
    simulator.onEvent((event) => harness.tell(() => harness.events.push(event)));
    harness.made = simulator;
    simulator.start();
    await harness.until(() => harness.settledDials >= (plan.terminals?.length ?? 1));
    return harness;
  }

  get simulator(): Simulator {
    return this.made!;
  }

  /** The newest session. */
  get session(): BridgeSession {
    return this.sessions.at(-1)!;
  }

  /** Dials whose outcome both sides know. */
  get settledDials(): number {
    return this.events.filter(({ kind }) => kind !== 'lost').length;
  }

  /** Waits until something that either side tells makes this true. */
  until(isSo: () => boolean): Promise<void> {
    return untilNews(this.news, isSo);
  }

  /** Pushes of one type so far. */
  pushed<T extends BridgePush['type']>(type: T): Extract<BridgePush, { type: T }>[] {
    return this.pushes.filter((push): push is Extract<BridgePush, { type: T }> => push.type === type);
  }

  /** An answer proves that all that was sent before it has arrived. */
  async settled(): Promise<void> {
    await this.session.request({ type: 'account' }, { timeoutMs: 1000 });
  }

  /** Ends both sides and checks that nothing is left behind. */
  async stop(): Promise<void> {
    await Promise.all([this.simulator.stop(), this.listener.stop({ graceMs: 0 })]);
    const left = this.listener.stats().connections + this.gatewayClock.pendingTimers + this.clock.pendingTimers;
    if (left > 0) throw new Error(`something is left: ${left} connections or timers`);
  }

  private tell(note: () => void): void {
    note();
    this.news.dispatchEvent(new Event('news'));
  }
}

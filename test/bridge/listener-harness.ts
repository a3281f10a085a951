import { once } from 'node:events';
import {
  BridgeListener,
  deriveTerminalKey,
  type Admission,
  type BridgeSession,
  type Rejection,
} from '../../src/bridge/index.js';
import type { BridgeListenerOptions } from '../../src/bridge/bridge-listener.js';
import type { FrameCount } from '../../src/bridge/terminal-connection.js';
import type { IgnoredFrame } from '../../src/bridge/ignored-frame.js';
import type { UnprovedProgress } from '../../src/bridge/admission/unproved-connections.js';
import { SystemRandom } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';

export const MASTER_SECRET = 'a master secret for tests';
/** The terminals that the harness knows. */
export const TERMINALS = Array.from({ length: 15 }, (_, at) => `MT5_${String(at + 1).padStart(2, '0')}`);

/** A listener on a free port whose time stands still, with everything that it told. */
export class ListenerHarness {
  readonly clock = new ManualClock();
  readonly sessions: BridgeSession[] = [];
  readonly rejections: Rejection[] = [];
  readonly frames: FrameCount[] = [];
  readonly evictions: UnprovedProgress[] = [];
  readonly ignored: IgnoredFrame[] = [];
  readonly listener: BridgeListener;
  admission: Admission = { accept: true, epoch: 41 };
  port = 0;
  private readonly news = new EventTarget();

  private constructor(options: Partial<BridgeListenerOptions>) {
    this.listener = new BridgeListener({
      clock: this.clock,
      random: new SystemRandom(),
      policy: {
        keyOf: (id) => (TERMINALS.includes(id) ? deriveTerminalKey(MASTER_SECRET, id) : undefined),
        admit: () => this.admission,
      },
      ...options,
    });
    this.listener.onSession((session) => {
      session.onClosed(() => this.tell(() => undefined));
      this.tell(() => this.sessions.push(session));
    });
    this.listener.onRejected((rejection) => this.tell(() => this.rejections.push(rejection)));
    this.listener.onEvicted((progress) => this.tell(() => this.evictions.push(progress)));
    this.listener.onIgnored((frame) => this.tell(() => this.ignored.push(frame)));
    this.listener.onFrame((frame) => this.tell(() => this.frames.push(frame)));
  }

  static async start(options: Partial<BridgeListenerOptions> = {}, port = 0): Promise<ListenerHarness> {
    const harness = new ListenerHarness(options);
    harness.port = (await harness.listener.start(port, '127.0.0.1')).port;
    return harness;
  }

  /** Waits until something that the listener tells makes this true. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.news, 'news');
  }

  /** The newest session. */
  session(): BridgeSession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('no session yet');
    return session;
  }

  /** Ends it and checks that nothing is left behind. */
  async stop(): Promise<void> {
    await this.listener.stop({ graceMs: 0 });
    const left = { ...this.listener.stats(), timers: this.clock.pendingTimers };
    if (left.connections + left.timers > 0) throw new Error(`the listener left something: ${JSON.stringify(left)}`);
  }

  private tell(note: () => void): void {
    note();
    this.news.dispatchEvent(new Event('news'));
  }
}

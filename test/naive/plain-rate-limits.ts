import type { Clock } from '../../src/kernel/index.js';
import { RateLimits, type RateSubject } from '../../src/access/index.js';
import type {
  Admission,
  RateState,
  Reservation,
  WindowName,
  WindowPolicy,
  WindowState,
} from '../../src/access/limits/rate-limits.js';

interface Window {
  readonly endsAtMs: number;
  used: number;
}

interface Account {
  readonly windows: Partial<Record<WindowName, Window>>;
  running: number;
}

/** Accounts about which there is nothing left to know are forgotten when there are more than this many. */
const SWEEP_ABOVE = 10_000;

/**
 * The port with nothing but a map: the measure of what the library costs (`npm run bench limits`), and an example of how
 * little a second implementation has to do.
 */
export class PlainRateLimits extends RateLimits {
  private readonly accounts = new Map<string, Account>();
  private sweepAbove = SWEEP_ABOVE;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Accounts that are remembered: at most twice those seen within the longest window, or 10,000. */
  get size(): number {
    return this.accounts.size;
  }

  override async reserve(subject: RateSubject): Promise<Admission> {
    const { windows, running } = this.look(subject);
    const exhausted = windows.filter(({ remaining }) => remaining === 0);
    const crowded = subject.concurrent !== undefined && running >= subject.concurrent;
    if (exhausted.length > 0 || crowded) return { admitted: false, exhausted, crowded };
    const account = this.open(subject.accountId);
    account.running++;
    const taken = subject.windows.map((policy) => this.window(account, policy));
    for (const window of taken) window.used++;
    return { admitted: true, reservation: reservationOf(account, taken) };
  }

  override async charge({ accountId, windows }: RateSubject): Promise<void> {
    const account = this.open(accountId);
    for (const policy of windows) {
      const window = this.window(account, policy);
      if (window.used < policy.quota) window.used++;
    }
  }

  override async state(subject: RateSubject): Promise<RateState> {
    return this.look(subject);
  }

  private look({ accountId, windows }: RateSubject): RateState {
    const account = this.accounts.get(accountId);
    return { windows: windows.map((policy) => this.lookAt(account, policy)), running: account?.running ?? 0 };
  }

  private lookAt(account: Account | undefined, policy: WindowPolicy): WindowState {
    const window = this.current(account?.windows[policy.name]);
    if (window === undefined) return { policy, remaining: policy.quota, resetMs: policy.windowMs };
    const remaining = Math.max(0, policy.quota - window.used);
    return { policy, remaining, resetMs: window.endsAtMs - this.clock.monotonicMs() };
  }

  private current(window: Window | undefined): Window | undefined {
    return window !== undefined && this.clock.monotonicMs() < window.endsAtMs ? window : undefined;
  }

  private window(account: Account, { name, windowMs }: WindowPolicy): Window {
    const window = this.current(account.windows[name]) ?? { endsAtMs: this.clock.monotonicMs() + windowMs, used: 0 };
    account.windows[name] = window;
    return window;
  }

  private open(accountId: string): Account {
    const known = this.accounts.get(accountId);
    if (known !== undefined) return known;
    if (this.accounts.size >= this.sweepAbove) this.sweep();
    const account: Account = { windows: {}, running: 0 };
    this.accounts.set(accountId, account);
    return account;
  }

  private sweep(): void {
    for (const [accountId, { windows, running }] of this.accounts) {
      if (running === 0 && !Object.values(windows).some((window) => this.current(window) !== undefined)) {
        this.accounts.delete(accountId);
      }
    }
    // Where all are in use, the next search waits for twice as many: its cost stays small per new account.
    this.sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.accounts.size);
  }
}

function reservationOf(account: Account, taken: readonly Window[]): Reservation {
  let refundable = true;
  let running = true;
  return {
    refund: async () => {
      if (refundable) for (const window of taken) window.used--;
      refundable = false;
    },
    release: async () => {
      if (running) account.running--;
      running = false;
    },
  };
}

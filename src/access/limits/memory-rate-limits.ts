import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/index.js';
import {
  type Admission,
  RateLimits,
  type RateState,
  type RateSubject,
  type Reservation,
  type WindowName,
  type WindowPolicy,
  type WindowState,
} from './rate-limits.js';

interface Window {
  readonly endsAtMs: number;
  used: number;
}

interface Account {
  readonly windows: Partial<Record<WindowName, Window>>;
  running: number;
}

/** Accounts without an open window or a running request are forgotten when there are more than this many. */
const SWEEP_ABOVE = 10_000;

/**
 * Counts in the memory of this process; a window begins with an account's first counted request.
 *
 * Every method counts before it returns its promise. No other request of the process comes between looking and taking,
 * so concurrent requests cannot exceed a quota together. Windows follow the monotonic clock and need no timer. Quotas
 * are compared at each request, because they belong to tiers and change while windows are open.
 */
@Injectable()
export class MemoryRateLimits extends RateLimits {
  private readonly accounts = new Map<string, Account>();
  private sweepAbove = SWEEP_ABOVE;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Accounts that are remembered: at most twice those seen within the longest window, or 10,000. */
  get size(): number {
    return this.accounts.size;
  }

  /** Windows that are remembered: at most one per policy of each account. For tests: walks all accounts. */
  get counters(): number {
    return [...this.accounts.values()].reduce((sum, { windows }) => sum + Object.keys(windows).length, 0);
  }

  override async reserve(subject: RateSubject): Promise<Admission> {
    const { windows, running } = this.look(subject);
    const exhausted = windows.filter(({ remaining }) => remaining === 0);
    const atConcurrencyLimit = subject.concurrent !== undefined && running >= subject.concurrent;
    if (exhausted.length > 0 || atConcurrencyLimit) return { admitted: false, exhausted, atConcurrencyLimit };
    const account = this.open(subject.accountId);
    account.running++;
    const taken = subject.windows.map((policy) => this.window(account, policy));
    for (const window of taken) window.used++;
    return { admitted: true, reservation: reservationOf(account, taken) };
  }

  override async charge({ accountId, windows }: RateSubject): Promise<void> {
    const account = this.open(accountId);
    for (const policy of windows) {
      // A window begins also where its quota is none, as for every other request.
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
    return (account.windows[name] = this.current(account.windows[name]) ?? {
      endsAtMs: this.clock.monotonicMs() + windowMs,
      used: 0,
    });
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
      const isOpen = Object.values(windows).some((window) => this.current(window) !== undefined);
      if (running === 0 && !isOpen) this.accounts.delete(accountId);
    }
    // Where all are in use, the next search waits for twice as many: its cost stays small per new account.
    this.sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.accounts.size);
  }
}

/** A refund after the end of a window changes that window only: the next one is another object. */
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

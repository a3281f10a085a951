import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
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

/** One window of one account. The library counts under its key; when it ends is known here. */
interface Window {
  readonly key: number;
  readonly endsAtMs: number;
}

interface Account {
  readonly windows: Partial<Record<WindowName, Window>>;
  running: number;
}

/** Accounts about which there is nothing left to know are forgotten when there are more than this many. */
const SWEEP_ABOVE = 10_000;

/**
 * Counts in this process's memory with rate-limiter-flexible; a window begins with an account's first counted request.
 *
 * Every window is counted under a key of its own, which never expires for the library: its windows follow the wall
 * clock and need a timer each, ours follow the monotonic clock and need none. Quotas are compared here, because they
 * belong to tiers and change while windows are open. Looking and taking are one turn that no other request of the
 * process comes between, so requests at the same time cannot exceed a quota together.
 */
@Injectable()
export class MemoryRateLimits extends RateLimits {
  private readonly counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 0, keyPrefix: '' });
  private readonly accounts = new Map<string, Account>();
  private turn: Promise<unknown> = Promise.resolve();
  private lastKey = 0;
  private sweepAbove = SWEEP_ABOVE;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Accounts that are remembered: at most twice those seen within the longest window, or 10,000. */
  get size(): number {
    return this.accounts.size;
  }

  /** Windows that the library remembers: at most one per policy of each account. Takes its time; for tests. */
  get counters(): number {
    return this.counter.dump().storage.length;
  }

  override reserve(subject: RateSubject): Promise<Admission> {
    return this.inTurn(async () => {
      const { windows, running } = await this.look(subject);
      const exhausted = windows.filter(({ remaining }) => remaining === 0);
      const crowded = subject.concurrent !== undefined && running >= subject.concurrent;
      if (exhausted.length > 0 || crowded) return { admitted: false, exhausted, crowded };
      const account = this.open(subject.accountId);
      account.running++;
      const taken = subject.windows.map((policy) => this.window(account, policy));
      await Promise.all(taken.map(({ key }) => this.counter.penalty(key)));
      return { admitted: true, reservation: this.reservation(account, taken) };
    });
  }

  override charge(subject: RateSubject): Promise<void> {
    return this.inTurn(async () => {
      const { windows } = await this.look(subject);
      const account = this.open(subject.accountId);
      // A window begins also where its quota is none, as for every other request.
      const all = windows.map(({ policy, remaining }) => ({ remaining, key: this.window(account, policy).key }));
      const charged = all.filter(({ remaining }) => remaining > 0);
      await Promise.all(charged.map(({ key }) => this.counter.penalty(key)));
    });
  }

  override state(subject: RateSubject): Promise<RateState> {
    return this.look(subject);
  }

  /** The library answers in promises, though it counts at once: what belongs together waits for its turn. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async look({ accountId, windows }: RateSubject): Promise<RateState> {
    const account = this.accounts.get(accountId);
    const running = account?.running ?? 0;
    return { windows: await Promise.all(windows.map((policy) => this.lookAt(account, policy))), running };
  }

  private async lookAt(account: Account | undefined, policy: WindowPolicy): Promise<WindowState> {
    const window = this.current(account?.windows[policy.name]);
    if (window === undefined) return { policy, remaining: policy.quota, resetMs: policy.windowMs };
    const resetMs = window.endsAtMs - this.clock.monotonicMs();
    const used = (await this.counter.get(window.key))?.consumedPoints ?? 0;
    return { policy, remaining: Math.max(0, policy.quota - used), resetMs };
  }

  private current(window: Window | undefined): Window | undefined {
    return window !== undefined && this.clock.monotonicMs() < window.endsAtMs ? window : undefined;
  }

  private window(account: Account, { name, windowMs }: WindowPolicy): Window {
    const known = account.windows[name];
    const current = this.current(known);
    if (current !== undefined) return current;
    if (known !== undefined) void this.counter.delete(known.key);
    const window = { key: ++this.lastKey, endsAtMs: this.clock.monotonicMs() + windowMs };
    account.windows[name] = window;
    return window;
  }

  private reservation(account: Account, taken: readonly Window[]): Reservation {
    let refundable = true;
    let running = true;
    return {
      refund: async () => {
        if (!refundable) return;
        refundable = false;
        // The library would begin an ended window anew with less than nothing in it.
        const open = taken.filter((window) => this.current(window) !== undefined);
        await Promise.all(open.map(({ key }) => this.counter.reward(key)));
      },
      release: async () => {
        if (running) account.running--;
        running = false;
      },
    };
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
      const all = Object.values(windows);
      if (running > 0 || all.some((window) => this.current(window) !== undefined)) continue;
      for (const { key } of all) void this.counter.delete(key);
      this.accounts.delete(accountId);
    }
    // Where all are in use, the next search waits for twice as many: its cost stays small per new account.
    this.sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.accounts.size);
  }
}

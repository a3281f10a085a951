import type { Clock } from '../src/kernel/index.js';

/** Wakes several waiters when a condition may have changed. */
export class Signal {
  private readonly wakers = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  raise(): void {
    for (const wake of [...this.wakers]) wake();
  }

  /** Waits until `isSo`; false when it did not become true within `timeoutMs`. */
  async until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isSo()) return true;
    return new Promise((resolve) => {
      const finish = (value: boolean) => {
        this.wakers.delete(wake);
        timer.cancel();
        resolve(value);
      };
      const wake = () => {
        if (isSo()) finish(true);
      };
      const timer = this.clock.after(timeoutMs, () => finish(isSo()));
      this.wakers.add(wake);
    });
  }
}

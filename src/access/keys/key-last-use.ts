import { Inject, Injectable } from '@nestjs/common';
import { Clock, type Timer } from '../../kernel/index.js';
import { AccountStore } from '../../persistence/index.js';

/** A third of the minute that the time of the last use may be old. */
const EVERY_MS = 20_000;
/** Keys whose use waits to be written; more are written at once. */
const MOST_WAITING = 10_000;

/** Writes down when keys were used last: noted in memory with each request, written by the batch. */
@Injectable()
export class KeyLastUse {
  private uses = new Map<string, number>();
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    @Inject(AccountStore) private readonly store: Pick<AccountStore, 'markKeysUsed'>,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer ??= this.clock.every(EVERY_MS, () => void this.flush());
  }

  /** What was used last is written before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    this.timer?.cancel();
    await this.flush();
    await this.flush();
  }

  note(keyId: string): void {
    this.uses.set(keyId, this.clock.nowMs());
    if (this.uses.size > MOST_WAITING) void this.flush();
  }

  /** Writes what waits. Never rejects: what cannot be written now waits for the next time. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async write(): Promise<void> {
    const uses = this.uses;
    if (uses.size === 0) return;
    this.uses = new Map();
    try {
      await this.store.markKeysUsed(new Map([...uses].map(([id, at]) => [id, new Date(at)])));
    } catch {
      // Newer uses win; beyond the bound the oldest are given up, a time of last use is no bill.
      const kept = [...uses, ...this.uses].slice(-MOST_WAITING);
      this.uses = new Map(kept);
    }
  }
}

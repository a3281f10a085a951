import { Inject, Injectable } from '@nestjs/common';
import { Clock, type Timer } from '../../kernel/index.js';
import { AccountStore } from '../../persistence/index.js';

/** A third of the minute by which the time of the last use may lag. */
const EVERY_MS = 20_000;
/** Uses that may wait; more are written immediately. */
const MAX_WAITING = 10_000;

/** Records when keys were used last: in memory with each request, in the database by the batch. */
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

  /** Flushes before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    this.timer?.cancel();
    await this.flush();
    await this.flush();
  }

  note(keyId: string): void {
    this.uses.set(keyId, this.clock.nowMs());
    if (this.uses.size > MAX_WAITING) void this.flush();
  }

  /** Writes the waiting uses. Never rejects: uses that cannot be written wait for the next flush. */
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
      // Newer uses win. Beyond the bound the oldest are dropped: nothing is billed by the time of last use.
      const kept = [...uses, ...this.uses].slice(-MAX_WAITING);
      this.uses = new Map(kept);
    }
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Clock, type Timer } from '../../kernel/index.js';
import { AccountStore, MAX_RECENT_CHANGES, type RecentChange } from '../../persistence/index.js';
import { KeyRecords } from './key-records.js';

/** Half of what a change may take to act everywhere. */
const EVERY_MS = 500;
/** The store tells of the last 15 seconds; a longer silence may have hidden something. */
const LONGEST_SILENCE_MS = 10_000;

/**
 * Makes changes by other gateways and by the command line act here within a second: the store is asked twice a second
 * what was written lately, and the cache forgets it. (Postgres could tell by itself, but not through PgBouncer.)
 */
@Injectable()
export class KeyChangeWatch {
  private timer: Timer | undefined;
  private asking: Promise<void> | undefined;
  private seen: ReadonlySet<string> = new Set();
  private askedAtMs: number;

  constructor(
    @Inject(AccountStore) private readonly store: Pick<AccountStore, 'recentChanges'>,
    private readonly records: KeyRecords,
    private readonly clock: Clock,
  ) {
    this.askedAtMs = clock.monotonicMs();
  }

  onApplicationBootstrap(): void {
    this.timer ??= this.clock.every(EVERY_MS, () => void this.ask());
  }

  async onApplicationShutdown(): Promise<void> {
    this.timer?.cancel();
    await this.asking;
  }

  /** Asks now; one question at a time. Never rejects: a store that is away is asked again soon. */
  ask(): Promise<void> {
    this.asking ??= this.askStore().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async askStore(): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    try {
      this.apply(await this.store.recentChanges());
    } catch {
      return;
    }
    if (startedAtMs - this.askedAtMs > LONGEST_SILENCE_MS) this.records.doubtAll();
    this.askedAtMs = startedAtMs;
  }

  private apply(changes: readonly RecentChange[]): void {
    if (changes.length >= MAX_RECENT_CHANGES) this.records.doubtAll();
    const news = changes.filter((change) => !this.seen.has(nameOf(change)));
    for (const { kind, id } of news) {
      if (kind === 'key') this.records.forgetKey(id);
      else this.records.forgetAccount(id);
    }
    this.seen = new Set(changes.map(nameOf));
  }
}

function nameOf({ kind, id, stamp }: RecentChange): string {
  return `${kind} ${id} ${stamp}`;
}

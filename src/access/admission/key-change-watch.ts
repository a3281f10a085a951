import { Inject, Injectable } from '@nestjs/common';
import { Clock, type Timer } from '../../kernel/index.js';
import { AccountStore, MAX_RECENT_CHANGES, type RecentChange } from '../../persistence/index.js';
import { KeyRecords } from './key-records.js';

/** A change must apply everywhere within twice this time. */
const EVERY_MS = 500;
/** The store lists the changes of the last 15 seconds; a longer silence may have missed one. */
const MAX_SILENCE_MS = 10_000;

/**
 * Applies changes of other gateways and of the command line within a second: polls the store twice a second and drops
 * changed records from the cache. LISTEN/NOTIFY is no alternative, because PgBouncer does not pass it on.
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

  /** Polls now, one query at a time. Never rejects: the next poll repeats a failed one. */
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
    if (startedAtMs - this.askedAtMs > MAX_SILENCE_MS) this.records.doubtAll();
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

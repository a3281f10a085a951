import { Bars } from '../../market/index.js';
import type { CandleStore, StoredSeries } from '../../persistence/index.js';
import { describeRefused, usableRates } from '../feed/incoming-bars.js';
import type { LiveSeries } from '../series/live-series.js';
import { rank } from './most-wanted.js';

const MAX_CONCURRENT_READS = 4;

/** What a {@link WarmStart} works with. */
export interface WarmStartDeps {
  readonly store: CandleStore;
  readonly series: Iterable<LiveSeries>;
  /** The stored bars of a series are in memory, or there are none to wait for: a terminal may feed it. */
  readonly onRead: (series: LiveSeries) => void;
}

/** Gives every series the newest bars that the database has of it. No terminal may feed a series before that. */
export class WarmStart {
  private readonly unread: Set<LiveSeries>;
  private stopped = false;

  constructor(private readonly deps: WarmStartDeps) {
    this.unread = new Set(deps.series);
  }

  /** Whether the stored bars of this series are still to be read. */
  isUnread(series: LiveSeries): boolean {
    return this.unread.has(series);
  }

  /** Reads, the most wanted timeframes first. No series is left unread, also when it fails. @throws StoreUnavailableError */
  async run(): Promise<void> {
    try {
      await this.readAll();
    } finally {
      for (const series of this.unread) this.done(series);
    }
  }

  /** Reads no more series than those that are being read now. */
  stop(): void {
    this.stopped = true;
  }

  private async readAll(): Promise<void> {
    const left = this.pair(await this.deps.store.currentSeries());
    const worker = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined && !this.stopped; next = left.shift()) {
        const { live, stored } = next;
        live.adoptRows(stored, await readRows(this.deps.store, stored, live));
        this.done(live);
      }
    };
    const workers = Array.from({ length: MAX_CONCURRENT_READS }, async () => {
      try {
        await worker();
      } catch (error) {
        left.length = 0;
        throw error;
      }
    });
    const failure = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  /** The series with their rows in the order of reading; those without rows are done. */
  private pair(rows: readonly StoredSeries[]): { live: LiveSeries; stored: StoredSeries }[] {
    const byName = new Map(rows.map((stored) => [`${stored.symbol} ${stored.timeframe}`, stored]));
    const pairs: { live: LiveSeries; stored: StoredSeries }[] = [];
    for (const live of this.unread) {
      const stored = byName.get(`${live.symbol} ${live.timeframe}`);
      if (stored === undefined) this.done(live);
      else pairs.push({ live, stored });
    }
    return pairs.sort((a, b) => rank(a.live) - rank(b.live));
  }

  private done(series: LiveSeries): void {
    if (this.unread.delete(series)) this.deps.onRead(series);
  }
}

/** The newest stored bars that fit into the series; rows that cannot be true are left out. */
export async function readRows(store: CandleStore, stored: StoredSeries, live: LiveSeries): Promise<Bars> {
  const { timeframe, bars } = live;
  const rows = await store.read(stored.id, { limit: bars.capacity, take: 'newest' });
  const { candles, refused } = usableRates(rows.toArray(), { timeframe, untilMs: Infinity });
  const [example] = refused;
  if (example === undefined) return rows;
  live.ignore({ what: 'stored-bar', count: refused.length, detail: `e.g. ${describeRefused(example)}` });
  return Bars.from(candles);
}

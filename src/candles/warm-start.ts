import { Bars, type SymbolName, type Timeframe } from '../market/index.js';
import type { CandleStore, StoredSeries } from '../persistence/index.js';
import { describeRefused, usableRates } from './incoming-bars.js';
import type { LiveSeries } from './live-series.js';

const AT_ONCE = 4;

/** Gives every series the newest bars that the database has of it. @throws StoreUnavailableError */
export async function warmStart(
  store: CandleStore,
  find: (symbol: SymbolName, timeframe: Timeframe) => LiveSeries | undefined,
  stopped: () => boolean,
): Promise<void> {
  const left = [...(await store.currentSeries())];
  const worker = async (): Promise<void> => {
    for (let stored = left.shift(); stored !== undefined && !stopped(); stored = left.shift()) {
      const live = find(stored.symbol, stored.timeframe);
      if (live !== undefined) live.adoptRows(stored, await readRows(store, stored, live));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
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

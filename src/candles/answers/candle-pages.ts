import { Bars, type Candle } from '../../market/index.js';
import type { LiveSeries } from '../series/live-series.js';
import type { OlderBars } from './older-bars.js';
import type { PageCursor } from './page-cursor.js';
import type { SeriesSnapshot } from '../series-registry.js';
import type { LayerCounter } from '../registry/series-observer.js';

/** One page of bars, oldest first. */
export interface CandlePage {
  readonly closed: Bars;
  /** The forming bar, when it belongs to the page; its last one then. */
  readonly forming: Candle | undefined;
  readonly truncated: boolean;
  /** Undefined when there is no other page. */
  readonly next: PageCursor | undefined;
}

/** Where a page begins. Times are server seconds. */
export interface PageStart {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
}

/**
 * Cuts pages out of memory and, before that, out of older bars. Positions are times, never counts, so bars that close
 * between two requests neither vanish between pages nor come twice.
 */
export class CandlePages {
  constructor(
    private readonly older: OlderBars,
    private readonly layers: LayerCounter,
  ) {}

  /** The newest `limit` bars that open before `to`. */
  async backward(live: LiveSeries, snapshot: SeriesSnapshot, { to = Infinity, limit }: PageStart): Promise<CandlePage> {
    const forming = snapshot.forming !== undefined && snapshot.forming.time < to ? snapshot.forming : undefined;
    const wanted = limit - (forming === undefined ? 0 : 1);
    const memory = snapshot.closed.slice(0, snapshot.closed.lowerBound(to));
    // One more than wanted tells whether there is another page.
    let bars = memory.slice(Math.max(0, memory.length - wanted - 1));
    if (bars.length <= wanted && !snapshot.reachesStart) {
      this.layers.count('memory', 'miss');
      const edge = Math.min(to, snapshot.closed.firstTime ?? to);
      const { bars: old } = await this.older.before(live, edge, wanted + 1 - bars.length);
      bars = Bars.concat([old, bars]);
    } else {
      this.layers.count('memory', 'hit');
    }
    const more = bars.length > wanted;
    const closed = more ? bars.slice(bars.length - wanted) : bars;
    const position = closed.firstTime ?? forming?.time;
    const next =
      more && position !== undefined ? { direction: 'backward' as const, position, to: undefined } : undefined;
    return { closed, forming, truncated: bars.length < wanted, next };
  }

  /** The oldest `limit` bars that open in [from, to). */
  async forward(live: LiveSeries, snapshot: SeriesSnapshot, start: PageStart): Promise<CandlePage> {
    const { from = 0, to = Infinity, limit } = start;
    const { closed: memory } = snapshot;
    const edge = memory.firstTime ?? Infinity;
    const inMemory = from >= edge || snapshot.reachesStart;
    this.layers.count('memory', inMemory ? 'hit' : 'miss');
    const old = inMemory
      ? { bars: Bars.EMPTY, start: from < edge }
      : await this.older.since(live, from, Math.min(to, edge), limit + 1);
    const recent = memory.slice(memory.lowerBound(from), Math.max(memory.lowerBound(from), memory.lowerBound(to)));
    const bars = Bars.concat([old.bars, recent.slice(0, Math.max(0, limit + 1 - old.bars.length))]);
    const closed = bars.slice(0, limit);
    const { forming } = snapshot;
    const formsInside = forming !== undefined && forming.time >= from && forming.time < to;
    const room = bars.length < limit;
    const found = bars.length + (formsInside ? 1 : 0);
    const position = (closed.lastTime ?? 0) + 1;
    return {
      closed,
      forming: formsInside && room ? forming : undefined,
      // A full page is what was asked for, although nothing is older than its first bar.
      truncated: old.start && found < limit,
      next: found > limit ? { direction: 'forward', position, to: start.to } : undefined,
    };
  }
}

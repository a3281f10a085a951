import { barClose, Bars, type Timeframe } from '../src/market/index.js';
import { type History, MarketSource, type TimeRange } from './market-source.js';
import type { ReplayFile } from './replay-file.js';
import type { DaySession } from './session-calendar.js';

const DAY = 86_400;

/** Recorded series of one symbol; timeframes without a recording come from another source. */
export class ReplayMarket extends MarketSource {
  private readonly recorded = new Map<Timeframe, Bars>();
  readonly sessions: readonly DaySession[];

  constructor(
    files: readonly ReplayFile[],
    private readonly others: MarketSource,
  ) {
    super();
    for (const { timeframe, bars } of files) this.recorded.set(timeframe, bars);
    this.sessions = observedSessions(files) ?? others.sessions;
  }

  get digits(): number {
    return this.others.digits;
  }

  lastTick(now: number): number | undefined {
    const ends = [...this.recorded].flatMap(([timeframe]) => {
      const open = this.newest(timeframe, 1, now).bars.lastTime;
      return open === undefined ? [] : [Math.min(now, barClose(timeframe, open) - 1)];
    });
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  firstTime(timeframe: Timeframe): number | undefined {
    const bars = this.recorded.get(timeframe);
    return bars === undefined ? this.others.firstTime(timeframe) : bars.firstTime;
  }

  between(timeframe: Timeframe, range: TimeRange, now: number): History {
    const bars = this.recorded.get(timeframe);
    if (bars === undefined) return this.others.between(timeframe, range, now);
    const from = bars.lowerBound(range.from);
    const to = bars.lowerBound(Math.min(range.to, now + 1));
    return historyOf(timeframe, from < to ? bars.slice(from, to) : Bars.EMPTY, now);
  }

  newest(timeframe: Timeframe, count: number, now: number): History {
    const bars = this.recorded.get(timeframe);
    if (bars === undefined) return this.others.newest(timeframe, count, now);
    const to = bars.lowerBound(now + 1);
    return historyOf(timeframe, bars.slice(Math.max(0, to - count), to), now);
  }
}

function historyOf(timeframe: Timeframe, bars: Bars, now: number): History {
  const last = bars.lastTime;
  return { bars, lastForming: last !== undefined && barClose(timeframe, last) > now };
}

/**
 * Quoting hours of the shortest recorded timeframe: on each weekday from its usual first to its usual last bar. A weekday
 * with less than a tenth of the busiest one's days is an exception, not a session.
 */
function observedSessions(files: readonly ReplayFile[]): DaySession[] | undefined {
  const shortest = [...files].sort((a, b) => barLength(a) - barLength(b))[0];
  if (shortest === undefined || barLength(shortest) > DAY) return undefined;
  const length = barLength(shortest);
  const slots = Math.ceil(DAY / length);
  const counts = Array.from({ length: 7 }, () => new Uint32Array(slots));
  for (const time of shortest.bars.time) {
    counts[(Math.floor(time / DAY) + 4) % 7]![Math.floor((time % DAY) / length)]! += 1;
  }
  const busiest = Math.max(...counts.map((slot) => Math.max(...slot)));
  return counts.flatMap((slot, weekday) => {
    const isUsual = (count: number) => count * 10 >= busiest;
    const first = slot.findIndex(isUsual);
    if (first < 0) return [];
    return [{ weekday, from: first * length, to: Math.min(DAY, (slot.findLastIndex(isUsual) + 1) * length) }];
  });
}

function barLength({ timeframe }: ReplayFile): number {
  return barClose(timeframe, 0);
}

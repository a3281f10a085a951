import { showsForexWeek, weekendEdges, type Bars } from '../../market/index.js';
import type { ServerZones } from '../../terminals/index.js';
import type { LiveSeries } from '../series/live-series.js';

/** Shows the zones when a server's currencies stop and begin to quote. Looks at every bar one time. */
export class WeekWatcher {
  private readonly seen = new WeakMap<
    LiveSeries,
    { readonly server: string; readonly first: number; readonly last: number }
  >();

  constructor(private readonly zones: ServerZones) {}

  /** The series changed. */
  look(series: LiveSeries): void {
    const { closed, state } = series.snapshot();
    const server = series.brokerServer;
    if (server === undefined || closed.length === 0 || (state !== 'live' && state !== 'detached')) return;
    const seen = this.seen.get(series);
    const [first, last] = [closed.firstTime!, closed.lastTime!];
    const isKnown = seen?.server === server && seen.first <= first;
    if (isKnown && seen.last === last) return;
    this.seen.set(series, { server, first, last });
    this.learn(series, isKnown ? closed.slice(closed.lowerBound(seen.last)) : closed);
  }

  /** Bars of a series that an answer shows; what was looked at before is not looked at again. */
  lookAt(series: LiveSeries, bars: Bars): void {
    const seen = this.seen.get(series);
    const isSeen = seen !== undefined && seen.server === series.brokerServer;
    if (isSeen && bars.length > 0 && seen.first <= bars.firstTime! && bars.lastTime! <= seen.last) return;
    this.learn(series, bars);
  }

  private learn({ symbol, timeframe, brokerServer }: LiveSeries, bars: Bars): void {
    if (brokerServer === undefined || !showsForexWeek(symbol, timeframe)) return;
    const weekends = weekendEdges(bars);
    if (weekends.length > 0) this.zones.learnWeekends(brokerServer, weekends);
  }
}

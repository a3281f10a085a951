import type { SymbolName } from '../../market/index.js';
import type { SeriesSnapshot, ServerDays } from '../series-registry.js';
import { opensOnWeekends } from '../series-hours.js';

const DAY = 86_400;

/** A series with the server that its bars came from; undefined while nothing is known of it. */
export interface ServerSeries {
  readonly brokerServer: string | undefined;
  readonly snapshot: SeriesSnapshot;
}

/** Finds days on which no symbol of a broker's server has a bar. */
export class ClosedDays {
  private changes = 0;

  constructor(private readonly all: () => Iterable<ServerSeries>) {}

  /** Grows when answers may have changed. */
  get revision(): number {
    return this.changes;
  }

  /** More than the newest bar of a series is different now. */
  changed(): void {
    this.changes++;
  }

  /** The same as one series sees it. */
  seenBy(asking: () => ServerSeries): ServerDays {
    const revision = () => this.changes;
    return {
      get revision() {
        return revision();
      },
      isClosed: (day) => this.isClosed(asking(), day),
    };
  }

  /**
   * Whether the server was closed on the whole day that begins at `day`, server seconds. Every symbol of the server that
   * trades on weekends or rests on them as this one does is asked; at least one other symbol must know of days around it.
   */
  isClosed(asking: ServerSeries, day: number): boolean {
    const { symbol } = asking.snapshot;
    const witnesses = new Set<SymbolName>();
    for (const peer of this.all()) {
      if (peer.brokerServer !== asking.brokerServer || !covers(peer.snapshot, day)) continue;
      if (!isAlike(peer.snapshot, asking.snapshot)) continue;
      if (hasBarOn(peer.snapshot, day)) return false;
      witnesses.add(peer.snapshot.symbol);
    }
    witnesses.delete(symbol);
    return witnesses.size > 0;
  }
}

/** Weekend traders and others have different holidays. */
function isAlike(one: SeriesSnapshot, other: SeriesSnapshot): boolean {
  return opensOnWeekends(one) === opensOnWeekends(other);
}

/** Whether the series would show a bar of the day: it has older and newer bars, and none is longer than a day. */
function covers({ closed, timeframe }: SeriesSnapshot, day: number): boolean {
  if (timeframe === 'W1' || timeframe === 'MN1') return false;
  return closed.length > 0 && closed.firstTime! < day && closed.lastTime! >= day + DAY;
}

function hasBarOn({ closed }: SeriesSnapshot, day: number): boolean {
  const next = closed.time[closed.lowerBound(day)];
  return next !== undefined && next < day + DAY;
}

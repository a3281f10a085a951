import type { Clock } from '../../kernel/index.js';
import type { ServerZone } from '../../market/index.js';
import type { TerminalClock } from '../../terminals/index.js';
import type { IgnoredOfSeries } from '../feed/ignored-of-series.js';
import type { JudgedPush } from '../feed/push-outcome.js';
import type { ServerDays } from '../series-registry.js';
import type { PersistedSeries } from './persisted-series.js';

/** What a live series, `S`, needs from outside. */
export interface LiveSeriesDeps<S> {
  readonly clock: Clock;
  readonly capacity: number;
  readonly closeGraceMs: number;
  readonly heartbeatFreshMs: number;
  /** The terminal's clock in its current session. */
  readonly terminalClock: (terminalId: string) => TerminalClock | undefined;
  /** What is known of the clock of a broker's server. */
  readonly zoneOf: (brokerServer: string) => ServerZone;
  /** The terminal that is, or would be, asked for the symbol. */
  readonly terminalId: () => string;
  /** Anything a snapshot shows is different now. */
  readonly onChange: (series: S) => void;
  /** Bars must be fetched from the terminal (its `due`). */
  readonly onBackfillDue: (series: S) => void;
  /** Its newest closed bar is provisional: only server time says that it is over. */
  readonly onHeld: (series: S) => void;
  /** A push confirmed the provisional bar. */
  readonly onConfirmed: (series: S) => void;
  /** A push was judged. */
  readonly onPush: (series: S, push: JudgedPush) => void;
  /** Something that came for the series was of no use. */
  readonly onIgnored: (series: S, input: IgnoredOfSeries) => void;
  /** Closed bars wait for the database. */
  readonly onUnwritten: (rows: PersistedSeries) => void;
  /** Closed days of the server that the series came from. */
  readonly serverDays: (series: S) => ServerDays;
}

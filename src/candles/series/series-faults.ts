import { isGatewayError, type Clock, type Timer } from '../../kernel/index.js';
import { TerminalAnswerError } from '../../terminals/index.js';
import type { LiveSeries } from './live-series.js';

/** A series that fails for this long without a success is faulty, not loading. */
const FAULT_AFTER_MS = 30_000;
/** A terminal that says itself that history loads is believed for this long. */
const LOADING_BELIEVED_MS = 900_000;

/** Why a series cannot be served, for longer than loading explains. */
export interface SeriesFault {
  readonly series: LiveSeries;
  readonly terminalId: string;
  /** For people: what the newest attempt met. */
  readonly reason: string;
  /** Members of the newest error's problem document. */
  readonly members: Readonly<Record<string, unknown>>;
}

interface Failing {
  readonly terminalId: string;
  readonly sinceMs: number;
  error: unknown;
  timer: Timer | undefined;
  declared: boolean;
}

/** What {@link SeriesFaults} work with. */
export interface SeriesFaultsDeps {
  readonly clock: Clock;
  readonly onFault: (fault: SeriesFault) => void;
  readonly onRecovery: (series: LiveSeries, terminalId: string) => void;
}

/** Tells persistent faults of series from loading: by how long attempts have failed without a success in between. */
export class SeriesFaults {
  private readonly failing = new Map<LiveSeries, Failing>();

  constructor(private readonly deps: SeriesFaultsDeps) {}

  /** An attempt to get bars of the series failed. */
  failed(series: LiveSeries, error: unknown): void {
    const terminalId = series.route?.terminalId;
    if (terminalId === undefined) return;
    const known = this.failing.get(series);
    if (known !== undefined) {
      known.error = error;
      return;
    }
    const sinceMs = this.deps.clock.monotonicMs();
    const failing: Failing = { terminalId, sinceMs, error, timer: undefined, declared: false };
    this.failing.set(series, failing);
    this.wait(series, failing, FAULT_AFTER_MS);
  }

  /** An attempt succeeded, or the series is fed by another session now. */
  ended(series: LiveSeries): void {
    const failing = this.failing.get(series);
    if (failing === undefined) return;
    this.failing.delete(series);
    failing.timer?.cancel();
    if (failing.declared) this.deps.onRecovery(series, failing.terminalId);
  }

  /** The fault of the series; undefined while it works or may still be loading. */
  find(series: LiveSeries): SeriesFault | undefined {
    const failing = this.failing.get(series);
    return failing?.declared === true ? faultOf(series, failing) : undefined;
  }

  /** How many series of each terminal are faulty. */
  get countByTerminal(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { terminalId, declared } of this.failing.values()) {
      if (declared) counts.set(terminalId, (counts.get(terminalId) ?? 0) + 1);
    }
    return counts;
  }

  /** Ends all timers. */
  close(): void {
    for (const { timer } of this.failing.values()) timer?.cancel();
    this.failing.clear();
  }

  private wait(series: LiveSeries, failing: Failing, delayMs: number): void {
    failing.timer = this.deps.clock.after(delayMs, () => {
      failing.timer = undefined;
      const lastsMs = this.deps.clock.monotonicMs() - failing.sinceMs;
      if (isLoading(failing.error) && lastsMs < LOADING_BELIEVED_MS) return this.wait(series, failing, FAULT_AFTER_MS);
      failing.declared = true;
      this.deps.onFault(faultOf(series, failing));
    });
  }
}

/** The terminal's own word, not our doubt about its answer. */
function isLoading(error: unknown): boolean {
  return error instanceof TerminalAnswerError && error.code === 'history-loading';
}

function faultOf(series: LiveSeries, { terminalId, error }: Failing): SeriesFault {
  // What is not meant for callers stays in the log.
  const known = isGatewayError(error);
  const reason = known ? error.message : 'an internal error of the gateway';
  return { series, terminalId, reason, members: known ? error.members : {} };
}

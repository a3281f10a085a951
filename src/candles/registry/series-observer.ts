import { Logger } from '@nestjs/common';
import { Counter, type Registry } from 'prom-client';
import { asMilliseconds, isGatewayError, leftOutNote, LineBudget, printable, type Clock } from '../../kernel/index.js';
import { ignoredInputs, ScrapedFamilies } from '../../metrics/index.js';
import { IGNORED_LINES } from '../feed/ignored-of-series.js';
import type { LiveSeriesRegistry } from './live-series-registry.js';
import { CONNECTED, POLLED } from '../series/backfill.js';
import { PUSH_OUTCOMES } from '../feed/push-outcome.js';
import type { SeriesEvent } from './series-event.js';

/** Different lines a minute that terminals can cause again and again. */
const MAX_LINES = 500;

/** Translates what happens to series into log lines and Prometheus families. */
export class SeriesObserver {
  private readonly logger = new Logger('Series');
  private readonly backfills: readonly Counter<'outcome'>[];
  private readonly checks: Counter<'outcome'>;
  private readonly pushes: Counter<'outcome'>;
  private readonly closes: Counter<'outcome'>;
  private readonly ignored: Counter<'what'>;
  private readonly lines: LineBudget;

  constructor(series: LiveSeriesRegistry, registry: Registry, clock: Clock) {
    this.lines = new LineBudget(clock, { maxKeys: MAX_LINES });
    this.backfills = backfillCounters(registry);
    this.checks = new Counter({
      name: 'mt5gw_series_verified_total',
      help: 'Comparisons of series with their terminals by outcome: same, different (corrected), overtaken (the bars changed meanwhile) and failed (both tried again).',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.pushes = new Counter({
      name: 'mt5gw_series_pushes_total',
      help: 'Pushed bars by what became of them: applied; not applied, and fetched instead (lost, repeated, backwards: by their number; unfit: by their content; overflow); not needed (backfill, superseded, loading); not-served.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.closes = new Counter({
      name: 'mt5gw_series_clock_closes_total',
      help: 'Bars closed by server time by how the terminal confirmed them: pushed; asked for and same, corrected, behind (a backfill followed), failed (asked again).',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.ignored = ignoredInputs(registry);
    for (const outcome of PUSH_OUTCOMES) this.pushes.inc({ outcome }, 0);
    registerGauges(series, registry);
    series.onEvent((event) => this.observe(event));
  }

  private observe(event: SeriesEvent): void {
    if (event.type === 'backfilled') this.backfilled(event);
    else if (event.type === 'backfill-failed') {
      this.countBackfill('failed');
      const { symbol, timeframe, error, retryInMs } = event;
      // A terminal that loads its history is no news; an unexpected error is.
      const level = isGatewayError(error) ? 'debug' : 'error';
      this.logger[level](
        { err: error, symbol, timeframe },
        `backfill of ${symbol} ${timeframe} failed, again in ${asMilliseconds(retryInMs)}`,
      );
    } else if (event.type === 'push') {
      this.pushed(event);
    } else if (event.type === 'closed') {
      this.closed(event);
    } else if (event.type === 'verified') {
      this.verified(event);
    } else if (event.type === 'ignored') {
      this.leftOut(event);
    } else if (event.type === 'recovered') {
      this.logger.log(`${event.symbol} ${event.timeframe} has usable bars of ${event.terminalId} again`);
    } else if (event.type === 'listener-failed') {
      this.logger.error({ err: event.error }, 'a change of a series could not be passed on');
    } else if (event.type === 'store-away') {
      this.logger.warn(
        { err: event.error },
        'closed bars cannot be stored or read now; memory serves, writing is tried again',
      );
    }
  }

  private countBackfill(outcome: string): void {
    for (const counter of this.backfills) counter.inc({ outcome });
  }

  /** The faults of pushes get their line with the backfill that they cause; here are those that cause none. */
  private pushed({ symbol, timeframe, outcome, detail }: Extract<SeriesEvent, { type: 'push' }>): void {
    this.pushes.inc({ outcome });
    if (outcome !== 'overflow' && outcome !== 'not-served') return;
    const name = `${symbol} ${printable(timeframe, 20)}`;
    this.once(`${outcome} ${symbol}`, 'warn', `a push of ${name} was left out: ${detail}`);
  }

  private leftOut({ symbol, timeframe, what, count, detail, error }: Extract<SeriesEvent, { type: 'ignored' }>): void {
    this.ignored.inc({ what }, count);
    const name = timeframe === undefined ? symbol : `${symbol} ${timeframe}`;
    const line = IGNORED_LINES[what]({ name, count, detail: printable(detail, 200) });
    // All series of a symbol share its sessions, and all series the database.
    const scope = what === 'unread-rows' ? '' : what === 'unread-sessions' ? symbol : name;
    const key = `${what} ${scope}`;
    if (error === undefined || isGatewayError(error)) this.once(key, 'warn', line);
    else this.logger.error({ err: error, symbol, timeframe }, line);
  }

  /** A line that a terminal can cause again and again: once a minute for each `key`. */
  private once(key: string, level: 'log' | 'warn', line: string): void {
    const leftOut = this.lines.admit(key);
    if (leftOut !== undefined) this.logger[level](`${line}${leftOutNote(leftOut)}`);
  }

  private closed({ symbol, timeframe, outcome, error }: Extract<SeriesEvent, { type: 'closed' }>): void {
    this.closes.inc({ outcome });
    const name = `${symbol} ${timeframe}`;
    if (outcome === 'failed') {
      this.logger.debug({ err: error, symbol, timeframe }, `the newest closed bar of ${name} is not confirmed yet`);
    } else if (outcome === 'corrected') {
      this.once(`corrected ${name}`, 'log', `the newest closed bar of ${name} was corrected by asking the terminal`);
    }
  }

  private verified(event: Extract<SeriesEvent, { type: 'verified' }>): void {
    this.checks.inc({ outcome: event.outcome });
    const name = `${event.symbol} ${event.timeframe}`;
    if (event.outcome === 'same') {
      this.logger.debug(`${name} verified: ${event.compared} bars are the terminal's`);
    } else if (event.outcome === 'different') {
      this.countBackfill('rewritten');
      const { from, to } = event.change;
      this.logger.log(`${name} rewritten (found by comparing with the terminal, bars from ${from} to ${to - 1})`);
    } else if (event.outcome === 'overtaken') {
      this.logger.debug(`${name} changed while it was verified; it is verified again within minutes`);
    } else {
      const level = isGatewayError(event.error) ? 'debug' : 'error';
      this.logger[level](
        { err: event.error },
        `${name} could not be verified; its bars stay, tried again within minutes`,
      );
    }
  }

  private backfilled({
    symbol,
    timeframe,
    reason,
    older,
    closedChanged,
  }: Extract<SeriesEvent, { type: 'backfilled' }>): void {
    const rewritten = reason === 'history-changed' || older === 'rewritten';
    const expected = reason === CONNECTED || reason === POLLED ? reason : 'repaired';
    const outcome = rewritten ? 'rewritten' : expected;
    this.countBackfill(outcome);
    const what = `${symbol} ${timeframe} ${outcome} (${reason}${closedChanged ? '' : ', nothing had changed'})`;
    if (outcome === 'connected' || outcome === 'polled') this.logger.debug(what);
    else this.once(`${outcome} ${symbol} ${timeframe}`, 'log', what);
  }
}

/** One counter and its name of the last release, which goes with the next one. */
function backfillCounters(registry: Registry): readonly Counter<'outcome'>[] {
  return [
    new Counter({
      name: 'mt5gw_series_backfills_total',
      labelNames: ['outcome'],
      help: 'Backfills of series by outcome: connected, polled (the bridge does not push), repaired (a push was lost or odd), rewritten (history differed), failed.',
      registers: [registry],
    }),
    new Counter({
      name: 'mt5gw_series_fills_total',
      labelNames: ['outcome'],
      help: 'Deprecated, removed in the next release: mt5gw_series_backfills_total.',
      registers: [registry],
    }),
  ];
}

function registerGauges(series: LiveSeriesRegistry, registry: Registry): void {
  const families = new ScrapedFamilies(registry);
  families.gauge(
    'mt5gw_series_unwritten',
    'Series with closed bars that the database does not have yet.',
    () => series.unwritten,
  );
  families.gauge(
    'mt5gw_series_unconfirmed',
    'Series whose newest closed bar was closed by server time, and whose terminal has not confirmed it although it was asked several times.',
    () => series.unconfirmed,
  );
  families.gauge(
    'mt5gw_series',
    'Series by state: empty, loading, live (served), detached (kept, but no terminal feeds them).',
    () => Object.entries(series.states),
    'state',
  );
  // The calendar of each symbol is in it, which no query over timestamps can know: a closed market is not stale.
  families.gauge(
    'mt5gw_series_stale',
    'Live series of a terminal whose newest bar is older than it can be while the market is open.',
    () => series.staleByTerminal,
    'terminal',
  );
  families.gauge(
    'mt5gw_series_faulty',
    'Series whose terminal gives no usable bars, for longer than loading explains.',
    () => series.faultyByTerminal,
    'terminal',
  );
  families.gauge(
    'mt5gw_series_polled',
    'Series whose bars are polled because the bridge does not push them.',
    () => series.polledByTerminal,
    'terminal',
  );
}

/** Counts where the bars of an answer came from: `mt5gw_cache_requests_total{layer,outcome}`. */
export class LayerCounter {
  private readonly counter: Counter<'layer' | 'outcome'>;

  constructor(registry: Registry) {
    const known = registry.getSingleMetric('mt5gw_cache_requests_total');
    this.counter =
      (known as Counter<'layer' | 'outcome'> | undefined) ??
      new Counter({
        name: 'mt5gw_cache_requests_total',
        help: 'Where answers came from: memory, store or terminal, hit or miss.',
        labelNames: ['layer', 'outcome'],
        registers: [registry],
      });
  }

  count(layer: 'memory' | 'store' | 'terminal', outcome: 'hit' | 'miss'): void {
    this.counter.inc({ layer, outcome });
  }
}

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SeriesRegistry, type SeriesSnapshot } from '../candles/index.js';
import { IndicatorSettings } from '../config/index.js';
import { SharedSteps, type Steps, type Unsubscribe } from '../kernel/index.js';
import { type IndicatorResults, resultSteps } from './indicator-results.js';

interface Computed {
  readonly closedRevision: number;
  readonly result: SharedSteps<IndicatorResults>;
}

/** Steps per turn of the event loop; each takes well under a millisecond. */
const STEPS_OF_TURN = 8;

/**
 * Computes the results of every live series when a bar closes, not per request. Series that close at the same moment
 * are computed one after the other, a few steps in each turn of the event loop.
 */
@Injectable()
export class EngineResults implements OnModuleInit, OnModuleDestroy {
  private readonly computed = new Map<string, Computed>();
  private readonly waiting = new Map<string, SeriesSnapshot>();
  /** Computation that the turns continue. */
  private current: Steps<IndicatorResults> | undefined;
  private turn: NodeJS.Immediate | undefined;
  private unsubscribe: Unsubscribe | undefined;

  constructor(
    private readonly series: SeriesRegistry,
    private readonly settings: IndicatorSettings,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.series.onChange((snapshot) => this.enqueue(snapshot));
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
    clearImmediate(this.turn);
    this.turn = undefined;
    this.current = undefined;
    this.waiting.clear();
  }

  /** The remaining steps to the result for exactly these closed bars. */
  of(snapshot: SeriesSnapshot): Steps<IndicatorResults> {
    return this.sharedOf(snapshot).result();
  }

  private sharedOf(snapshot: SeriesSnapshot): SharedSteps<IndicatorResults> {
    const key = keyOf(snapshot);
    const known = this.computed.get(key);
    if (known?.closedRevision === snapshot.closedRevision) return known.result;
    const result = new SharedSteps(resultSteps(snapshot.closed, this.settings));
    if (known === undefined || known.closedRevision < snapshot.closedRevision) {
      this.computed.set(key, { closedRevision: snapshot.closedRevision, result });
    }
    return result;
  }

  /** Drops the results with a matching key (`EURUSD/H1`); returns their number. */
  forget(matches: (key: string) => boolean): number {
    const keys = [...this.computed.keys()].filter(matches);
    for (const key of keys) this.computed.delete(key);
    return keys.length;
  }

  private enqueue(snapshot: SeriesSnapshot): void {
    const key = keyOf(snapshot);
    // During a backfill a series changes many times; only its end result is worth computing.
    if (snapshot.state !== 'live' || this.computed.get(key)?.closedRevision === snapshot.closedRevision) return;
    this.waiting.set(key, snapshot);
    this.turn ??= setImmediate(() => this.takeTurn());
  }

  private takeTurn(): void {
    this.turn = undefined;
    this.current ??= this.nextWaiting();
    for (let step = 0; step < STEPS_OF_TURN && this.current !== undefined; step++) {
      if (this.current.next().done === true) this.current = this.nextWaiting();
    }
    if (this.current !== undefined) this.turn = setImmediate(() => this.takeTurn());
  }

  private nextWaiting(): Steps<IndicatorResults> | undefined {
    const [snapshot] = this.waiting.values();
    if (snapshot === undefined) return undefined;
    this.waiting.delete(keyOf(snapshot));
    return this.of(snapshot);
  }
}

function keyOf({ symbol, timeframe }: SeriesSnapshot): string {
  return `${symbol}/${timeframe}`;
}

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SeriesBook, type SeriesSnapshot } from '../candles/index.js';
import { IndicatorSettings } from '../config/index.js';
import { SharedSteps, type Steps, type Unsubscribe } from '../kernel/index.js';
import { engineSteps, type IndicatorResult } from './catalog/found-lines.js';

interface Computed {
  readonly closedRevision: number;
  readonly result: SharedSteps<IndicatorResult>;
}

/** Steps of a turn of the event loop; each takes well under a millisecond. */
const STEPS_OF_TURN = 8;

/**
 * What the engine found in every live series, computed when a bar closes and not per request. Series that close at the
 * same moment are computed one after the other, a few steps in each turn of the event loop.
 */
@Injectable()
export class EngineResults implements OnModuleInit, OnModuleDestroy {
  private readonly computed = new Map<string, Computed>();
  private readonly waiting = new Map<string, SeriesSnapshot>();
  /** What turns work on. */
  private current: Steps<IndicatorResult> | undefined;
  private turn: NodeJS.Immediate | undefined;
  private unsubscribe: Unsubscribe | undefined;

  constructor(
    private readonly book: SeriesBook,
    private readonly settings: IndicatorSettings,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.book.onChange((snapshot) => this.enqueue(snapshot));
  }

  onModuleDestroy(): void {
    this.unsubscribe?.();
    clearImmediate(this.turn);
    this.turn = undefined;
    this.current = undefined;
    this.waiting.clear();
  }

  /** The result for exactly these closed bars, in the steps that are not done yet. */
  of(snapshot: SeriesSnapshot): Steps<IndicatorResult> {
    return this.sharedOf(snapshot).result();
  }

  private sharedOf(snapshot: SeriesSnapshot): SharedSteps<IndicatorResult> {
    const key = keyOf(snapshot);
    const known = this.computed.get(key);
    if (known?.closedRevision === snapshot.closedRevision) return known.result;
    const result = new SharedSteps(engineSteps(snapshot.closed, this.settings.engine));
    if (known === undefined || known.closedRevision < snapshot.closedRevision) {
      this.computed.set(key, { closedRevision: snapshot.closedRevision, result });
    }
    return result;
  }

  /** Forgets the results whose key (`EURUSD/H1`) is meant; returns how many. */
  forget(isMeant: (key: string) => boolean): number {
    const keys = [...this.computed.keys()].filter(isMeant);
    for (const key of keys) this.computed.delete(key);
    return keys.length;
  }

  private enqueue(snapshot: SeriesSnapshot): void {
    const key = keyOf(snapshot);
    // While it is being filled a series changes many times; only the result of the whole is worth computing.
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

  private nextWaiting(): Steps<IndicatorResult> | undefined {
    const [snapshot] = this.waiting.values();
    if (snapshot === undefined) return undefined;
    this.waiting.delete(keyOf(snapshot));
    return this.of(snapshot);
  }
}

function keyOf({ symbol, timeframe }: SeriesSnapshot): string {
  return `${symbol}/${timeframe}`;
}

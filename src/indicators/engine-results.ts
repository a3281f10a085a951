import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SeriesBook, type SeriesSnapshot } from '../candles/index.js';
import { IndicatorSettings } from '../config/index.js';
import type { Unsubscribe } from '../kernel/index.js';
import { engineResult, type IndicatorResult } from './indicator-result.js';

interface Computed {
  readonly closedRevision: number;
  readonly result: IndicatorResult;
}

/**
 * What the engine found in every live series, computed when a bar closes and not per request. Series that close at the
 * same moment take turns with everything else the process does: one is computed per turn of the event loop.
 */
@Injectable()
export class EngineResults implements OnModuleInit, OnModuleDestroy {
  private readonly computed = new Map<string, Computed>();
  private readonly waiting = new Map<string, SeriesSnapshot>();
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
    this.waiting.clear();
  }

  /** The result for exactly these closed bars, computed now if its turn has not come yet. */
  of(snapshot: SeriesSnapshot): IndicatorResult {
    const key = keyOf(snapshot);
    const known = this.computed.get(key);
    if (known?.closedRevision === snapshot.closedRevision) return known.result;
    const result = engineResult(snapshot.closed, this.settings.engine);
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
    const next = this.waiting.entries().next();
    if (next.done) return;
    const [key, snapshot] = next.value;
    this.waiting.delete(key);
    this.of(snapshot);
    if (this.waiting.size > 0) this.turn = setImmediate(() => this.takeTurn());
  }
}

function keyOf({ symbol, timeframe }: SeriesSnapshot): string {
  return `${symbol}/${timeframe}`;
}

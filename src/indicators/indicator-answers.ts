import { Injectable } from '@nestjs/common';
import { metadataSteps, type SeriesSnapshot, type TimeFormat, timeWriter, withTimes } from '../candles/index.js';
import { IndicatorSettings } from '../config/index.js';
import type { AnswerRenderer } from '../http/index.js';
import type { Steps } from '../kernel/index.js';
import { AnswerCache } from './answer-cache.js';
import { type AnswerWindow, newestWindow, pastWindow } from './answer-window.js';
import { EngineResults } from './engine-results.js';
import type { IndicatorOptions } from './indicator.js';
import { type IndicatorResults, isAsConfigured, oldestIndex, reachOf, resultSteps } from './indicator-results.js';
import { maxAnswerBytes, renderSteps } from './render-answer.js';
import { TerminalResults } from './terminal-results.js';

const CACHE_BYTES = 128 * 1024 * 1024;

/** Parameters of an answer in addition to its series. */
export interface AnswerOptions extends IndicatorOptions {
  readonly bars: number;
  /** Caller's tier, shown in the metadata. */
  readonly tier: string;
  /** Server time, unix seconds. */
  readonly asOf: number | undefined;
  readonly timeFormat: TimeFormat;
  /** Renders an answer at the caller's turn. */
  readonly renderer: AnswerRenderer;
}

/** A rendered answer. */
export interface IndicatorAnswer {
  readonly body: Buffer;
  /** Open of the newest bar used, server seconds. */
  readonly asOf: number;
  /** True when the newest bar is still forming. */
  readonly forming: boolean;
}

/** Input of one rendering. */
interface RenderInput {
  readonly snapshot: SeriesSnapshot;
  readonly window: AnswerWindow;
  /** Key in the cache. */
  readonly key: string;
  /** Number of purges when the result was requested. */
  readonly purges: number;
  readonly tier: string;
  readonly timeFormat: TimeFormat;
}

/** Renders the bodies of `/indicators` and keeps them while nothing changes that they depend on. */
@Injectable()
export class IndicatorAnswers {
  private readonly cache = new AnswerCache(CACHE_BYTES);
  private purges = 0;

  constructor(
    private readonly engine: EngineResults,
    private readonly terminal: TerminalResults,
    private readonly settings: IndicatorSettings,
  ) {}

  /**
   * The answer as bytes, with the values of its headers.
   * @throws InvalidParameterError when `asOf` is outside the kept history
   * @throws the terminal's errors where indicators are read from it
   */
  async answer(snapshot: SeriesSnapshot, options: AnswerOptions): Promise<IndicatorAnswer> {
    const window = this.windowOf(snapshot, options);
    const facts = {
      asOf: window.forming?.time ?? window.closed.lastTime ?? 0,
      forming: window.forming !== undefined,
    };
    const { symbol, timeframe, revision, serverDays } = snapshot;
    const { bars, tier, fractalBars, asOf, timeFormat } = options;
    const key = [symbol, timeframe, bars, tier, fractalBars, asOf, timeFormat, serverDays.revision].join('/');
    const ready = this.cache.get(key, revision);
    if (ready !== undefined) return { body: ready, ...facts };
    const { purges } = this;
    const resultOf = await this.resultOf(snapshot, window, options);
    const body = await options.renderer.render(maxAnswerBytes(window), () =>
      this.steps(resultOf, { snapshot, window, key, purges, tier, timeFormat }),
    );
    return { body, ...facts };
  }

  /** Computes and renders unless another caller has done so meanwhile. */
  private *steps(
    resultOf: () => Steps<IndicatorResults>,
    { snapshot, window, key, purges, tier, timeFormat }: RenderInput,
  ): Steps<Buffer> {
    const ready = this.cache.get(key, snapshot.revision);
    if (ready !== undefined) return ready;
    const result = yield* resultOf();
    yield;
    const { zone } = snapshot;
    const known = yield* metadataSteps(snapshot, window, tier);
    yield;
    const show = timeWriter(timeFormat, zone, known.as_of);
    const oldest = window.closed.time[oldestIndex(window.first, result)] ?? window.forming?.time;
    const times = { zone, show, oldest };
    const metadata = { ...withTimes(known, times), indicator_source: result.source };
    const body = yield* renderSteps(window, result, { metadata, show });
    // A result from before a purge is still right for this caller, but must not be cached.
    if (purges === this.purges) this.cache.set(key, snapshot.revision, body);
    return body;
  }

  /** Drops answers and results of matching series; returns their number. */
  forget(matches: (symbol: string, timeframe: string) => boolean): number {
    const isKeyMeant = (key: string): boolean => {
      const [symbol = '', timeframe = ''] = key.split('/');
      return matches(symbol, timeframe);
    };
    this.purges++;
    return this.cache.forget(isKeyMeant) + this.engine.forget(isKeyMeant) + this.terminal.forget(isKeyMeant);
  }

  private windowOf(snapshot: SeriesSnapshot, { bars, asOf, fractalBars }: AnswerOptions): AnswerWindow {
    const reach = reachOf(this.settings, { fractalBars });
    return asOf === undefined ? newestWindow(snapshot, bars, reach) : pastWindow(snapshot, { asOf, bars, reach });
  }

  /**
   * Reads a terminal's indicator only for the present and with its own inputs: the past, other settings and everything
   * while the terminal is away are computed here, on request.
   */
  private async resultOf(
    snapshot: SeriesSnapshot,
    window: AnswerWindow,
    { asOf, fractalBars }: AnswerOptions,
  ): Promise<() => Steps<IndicatorResults>> {
    if (asOf !== undefined || !isAsConfigured(this.settings, { fractalBars })) {
      return () => resultSteps(window.closed, this.settings, { fractalBars });
    }
    const fromTerminal = this.settings.source === 'terminal' && snapshot.state !== 'detached';
    if (!fromTerminal) return () => this.engine.of(snapshot);
    const result = await this.terminal.of(snapshot);
    return () => result.result();
  }
}

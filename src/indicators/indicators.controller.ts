import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { maxAgeSeconds, SeriesRegistry, serverTimeOf } from '../candles/index.js';
import {
  type AnswerRenderer,
  ApiController,
  type Caller,
  CurrentCaller,
  CustomerRoute,
  DataAnswer,
  Renderer,
  SeriesParam,
  type SeriesRef,
  ValidQuery,
} from '../http/index.js';
import { IndicatorAnswers } from './indicator-answers.js';
import { INDICATORS_EXAMPLE } from './indicators.example.js';
import { IndicatorsQuery } from './indicators.query.js';
import { IndicatorAnswerSchema } from './indicators.schema.js';

/** Candles with fractals and lines. */
@ApiTags('Market data')
@ApiController('indicators')
export class IndicatorsController {
  constructor(
    private readonly series: SeriesRegistry,
    private readonly answers: IndicatorAnswers,
  ) {}

  @CustomerRoute({
    summary: 'Get candles with fractals and lines',
    description:
      'The newest bars of a series with its confirmed fractals and its best lines. Lines are computed on the newest ' +
      'bars of the series, never on the window asked for: an answer with fewer bars is the tail of one with more. ' +
      'With `as_of` the answer is the one that was true at that bar’s close.',
    series: true,
    query: IndicatorsQuery,
    answer: IndicatorAnswerSchema,
    example: INDICATORS_EXAMPLE,
    errors: ['terminal-disconnected', 'terminal-timeout', 'terminal-error', 'history-loading'],
  })
  @Get(':symbol/:timeframe')
  async getIndicators(
    @SeriesParam() { symbol, timeframe }: SeriesRef,
    @ValidQuery() query: IndicatorsQuery,
    @CurrentCaller() caller: Caller,
    @Renderer() renderer: AnswerRenderer,
  ): Promise<DataAnswer> {
    const snapshot = this.series.get(symbol, timeframe, { allowStale: query.stale === 'allow' });
    const { body, asOf, forming } = await this.answers.answer(snapshot, {
      bars: query.bars,
      tier: caller.tier.name,
      fractalBars: query.fractal_bars,
      asOf: serverTimeOf('as_of', query.as_of, snapshot.zone),
      timeFormat: query.time_format,
      renderer,
    });
    const age = maxAgeSeconds(snapshot, this.series.serverTimeMs(symbol, timeframe), forming);
    return new DataAnswer({ body, asOf, source: snapshot.source, maxAgeSeconds: age });
  }
}

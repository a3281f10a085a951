import { Get } from '@nestjs/common';
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
import { IndicatorsDocs } from './indicators.docs.js';
import { IndicatorsQuery } from './indicators.query.js';

/** Candles with fractals and lines. */
@ApiController('indicators')
export class IndicatorsController {
  constructor(
    private readonly series: SeriesRegistry,
    private readonly answers: IndicatorAnswers,
  ) {}

  @IndicatorsDocs()
  @CustomerRoute({ series: true, query: IndicatorsQuery })
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

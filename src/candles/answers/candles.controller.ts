import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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
} from '../../http/index.js';
import { CandleAnswers } from './candle-answers.js';
import { CandlesQuery } from './candles.query.js';
import { CandlePageAnswer } from './candles.schema.js';

/** Candles without indicators. */
@ApiTags('Market data')
@ApiController('candles')
export class CandlesController {
  constructor(private readonly answers: CandleAnswers) {}

  @CustomerRoute({
    summary: 'List candles',
    description:
      'Bars of a series, oldest first, as far back as the terminal holds history. Pages run forward from `from`, ' +
      'backward without it; follow `next_cursor` or the Link header. Over all pages no bar is missing or twice.',
    series: true,
    query: CandlesQuery,
    answer: CandlePageAnswer,
    errors: ['terminal-disconnected', 'terminal-timeout', 'terminal-error', 'history-loading'],
  })
  @Get(':symbol/:timeframe')
  async getCandles(
    @SeriesParam() { symbol, timeframe }: SeriesRef,
    @ValidQuery() query: CandlesQuery,
    @CurrentCaller() caller: Caller,
    @Renderer() renderer: AnswerRenderer,
  ): Promise<DataAnswer> {
    const { nextCursor, ...answer } = await this.answers.answer({ symbol, timeframe }, query, {
      tier: caller.tier.name,
      renderer,
    });
    return new DataAnswer({ ...answer, headers: nextLink(symbol, timeframe, query, nextCursor) });
  }
}

function nextLink(symbol: string, timeframe: string, query: CandlesQuery, cursor: string | undefined) {
  if (cursor === undefined) return {};
  const parameters = new URLSearchParams({ bars: String(query.bars), cursor });
  if (query.stale !== undefined) parameters.set('stale', query.stale);
  if (query.time_format !== 'server') parameters.set('time_format', query.time_format);
  const path = `/api/v1/candles/${encodeURIComponent(symbol)}/${encodeURIComponent(timeframe)}`;
  return { link: `<${path}?${parameters.toString()}>; rel="next"` };
}

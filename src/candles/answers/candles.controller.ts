import { applyDecorators, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type AnswerRenderer,
  ApiController,
  type Caller,
  CurrentCaller,
  CustomerRoute,
  DataAnswer,
  ProblemResponses,
  Renderer,
  SeriesParam,
  type SeriesRef,
  ValidQuery,
} from '../../http/index.js';
import { CandleAnswers } from './candle-answers.js';
import { CandlesQuery } from './candles.query.js';
import { CANDLES_EXAMPLE } from './candles.examples.js';
import { CandlePageSchema } from './candles.schema.js';

function CandlesDocs(): MethodDecorator {
  return applyDecorators(
    ApiTags('Market data'),
    ApiOperation({
      operationId: 'getCandles',
      summary: 'Candles',
      description:
        'Bars of a series, oldest first, as far back as the terminal holds history. Pages run forward from `from`, ' +
        'backward without it; follow `next_cursor` or the Link header. Over all pages no bar is missing or twice.',
    }),
    ApiOkResponse({ description: 'A page of bars.', type: CandlePageSchema, example: CANDLES_EXAMPLE }),
    ProblemResponses('terminal-disconnected', 'terminal-timeout', 'terminal-error', 'history-loading'),
  );
}

/** Candles without indicators. */
@ApiController('candles')
export class CandlesController {
  constructor(private readonly answers: CandleAnswers) {}

  @CandlesDocs()
  @CustomerRoute({ series: true, query: CandlesQuery })
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

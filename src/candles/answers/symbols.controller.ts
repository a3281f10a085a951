import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiController,
  type Caller,
  CurrentCaller,
  CustomerRoute,
  ProblemResponses,
  SymbolParam,
  type SeriesRef,
} from '../../http/index.js';
import { SYMBOL_EXAMPLE } from './candles.examples.js';
import { SymbolAnswerSchema } from './candles.schema.js';
import { SymbolDetails } from './symbol-details.js';

/** What is known of one symbol. */
@ApiController('symbols')
export class SymbolsController {
  constructor(private readonly details: SymbolDetails) {}

  @ApiTags('Symbols')
  @ApiOperation({
    operationId: 'getSymbol',
    summary: 'One symbol',
    description: 'Digits, price step, contract, the broker’s name for it, and how far back its bars reach.',
  })
  @ApiOkResponse({ description: 'The symbol.', type: SymbolAnswerSchema, example: SYMBOL_EXAMPLE })
  @ProblemResponses('terminal-disconnected', 'terminal-timeout', 'terminal-error')
  @CustomerRoute({ series: true })
  @Get(':symbol')
  async getSymbol(
    @SymbolParam() symbol: SeriesRef['symbol'],
    @CurrentCaller() caller: Caller,
  ): Promise<SymbolAnswerSchema> {
    return { success: true, data: await this.details.of(symbol, caller.tier.timeframes) };
  }
}

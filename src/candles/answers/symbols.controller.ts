import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  ApiController,
  type Caller,
  CurrentCaller,
  CustomerRoute,
  SymbolParam,
  type SeriesRef,
} from '../../http/index.js';
import { SymbolAnswer, type SymbolDetailsView } from './candles.schema.js';
import { SymbolDetails } from './symbol-details.js';

/** What is known of one symbol. */
@ApiTags('Symbols')
@ApiController('symbols')
export class SymbolsController {
  constructor(private readonly details: SymbolDetails) {}

  @CustomerRoute({
    summary: 'Get a symbol',
    description: 'Digits, price step, contract, the broker’s name for it, and how far back its bars reach.',
    series: true,
    answer: SymbolAnswer,
    errors: ['terminal-disconnected', 'terminal-timeout', 'terminal-error'],
  })
  @Get(':symbol')
  getSymbol(@SymbolParam() symbol: SeriesRef['symbol'], @CurrentCaller() { tier }: Caller): Promise<SymbolDetailsView> {
    return this.details.of(symbol, tier.timeframes);
  }
}

import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute } from '../../http/index.js';
import { SymbolsAnswer, TimeframesAnswer } from './catalog.schemas.js';
import { TierCatalog } from './tier-catalog.js';

/** Symbols that the caller may use. */
@ApiTags('Symbols')
@ApiController('symbols')
export class SymbolsController {
  constructor(private readonly catalog: TierCatalog) {}

  @CustomerRoute({ summary: 'List the symbols that your tier may use', answer: SymbolsAnswer })
  @Get()
  listSymbols(@CurrentCaller() { tier }: Caller): Omit<SymbolsAnswer, 'success'> {
    return { tier: tier.name, symbols: [...this.catalog.symbolsOf(tier)] };
  }
}

/** Timeframes that the caller may use. */
@ApiTags('Symbols')
@ApiController('timeframes')
export class TimeframesController {
  constructor(private readonly catalog: TierCatalog) {}

  @CustomerRoute({ summary: 'List the timeframes that your tier may use', answer: TimeframesAnswer })
  @Get()
  listTimeframes(@CurrentCaller() { tier }: Caller): Omit<TimeframesAnswer, 'success'> {
    return { tier: tier.name, timeframes: [...this.catalog.timeframesOf(tier)] };
  }
}

import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute } from '../../http/index.js';
import { ACCESS_EXAMPLES } from '../access.examples.js';
import { SymbolsAnswer, TimeframesAnswer } from './catalog.schemas.js';
import { TierCatalog } from './tier-catalog.js';

/** Which symbols the caller may use. */
@ApiTags('Symbols')
@ApiController('symbols')
export class SymbolsController {
  constructor(private readonly catalog: TierCatalog) {}

  @CustomerRoute()
  @Get()
  @ApiOperation({ operationId: 'listSymbols', summary: 'The symbols that your tier may use' })
  @ApiOkResponse({
    description: 'In alphabetical order or as the tier lists them.',
    type: SymbolsAnswer,
    example: ACCESS_EXAMPLES.symbols,
  })
  listSymbols(@CurrentCaller() { tier }: Caller): SymbolsAnswer {
    return { success: true, tier: tier.name, symbols: [...this.catalog.symbolsOf(tier)] };
  }
}

/** Which timeframes the caller may use. */
@ApiTags('Symbols')
@ApiController('timeframes')
export class TimeframesController {
  constructor(private readonly catalog: TierCatalog) {}

  @CustomerRoute()
  @Get()
  @ApiOperation({ operationId: 'listTimeframes', summary: 'The timeframes that your tier may use' })
  @ApiOkResponse({ description: 'Shortest first.', type: TimeframesAnswer, example: ACCESS_EXAMPLES.timeframes })
  listTimeframes(@CurrentCaller() { tier }: Caller): TimeframesAnswer {
    return { success: true, tier: tier.name, timeframes: [...this.catalog.timeframesOf(tier)] };
  }
}

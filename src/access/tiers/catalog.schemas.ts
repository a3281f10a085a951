import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Answer of /symbols, in the shape of the original service. */
@ApiSchema({ description: 'Answer of /symbols, in the shape of the original service.' })
export class SymbolsAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The tier that this answer is for.', example: 'FREE' })
  readonly tier!: string;

  @ApiProperty({
    description: 'Canonical names.',
    type: [String],
    example: ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD'],
  })
  readonly symbols!: string[];
}

/** Answer of /timeframes, in the shape of the original service. */
@ApiSchema({ description: 'Answer of /timeframes, in the shape of the original service.' })
export class TimeframesAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The tier that this answer is for.', example: 'FREE' })
  readonly tier!: string;

  @ApiProperty({ description: "MetaTrader's names.", type: [String], example: ['H1', 'H4', 'D1'] })
  readonly timeframes!: string[];
}

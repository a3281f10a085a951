import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** How the clock of a broker’s server follows UTC, and where that is known from. */
@ApiSchema({ description: 'How the clock of a broker’s server follows UTC, and where that is known from.' })
export class ServerZoneSchema {
  @ApiProperty({
    description: 'Configured in `config/terminals.json`, learned from terminals and bars, or not known.',
    enum: ['override', 'learned', 'unknown'],
    example: 'learned',
  })
  readonly source!: 'override' | 'learned' | 'unknown';

  @ApiProperty({
    description: 'The rule that holds now; several while what was seen does not tell them apart.',
    type: [String],
    example: ['EU+02:00/+03:00'],
  })
  readonly rules!: string[];

  @ApiProperty({
    description: 'Server time from which on offsets are learned; null when none is, or the zone is configured.',
    type: 'integer',
    nullable: true,
    example: 1741996800,
  })
  readonly known_from!: number | null;

  @ApiProperty({ description: 'How many times of one offset terminals told.', type: 'integer', example: 2 })
  readonly offsets_seen!: number;

  @ApiProperty({ description: 'How many weekends of currency pairs were seen.', type: 'integer', example: 87 })
  readonly weekends_seen!: number;
}

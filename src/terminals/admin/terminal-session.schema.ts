import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** The connection of a terminal’s bridge. */
@ApiSchema({ description: 'The connection of a terminal’s bridge.' })
export class TerminalSessionSchema {
  @ApiProperty({
    description: 'Number of the session; every new one has a higher number.',
    type: 'integer',
    example: 17,
  })
  readonly epoch!: number;

  @ApiProperty({ description: 'When the bridge dialled in.', example: '2026-11-20T09:12:51.650Z' })
  readonly connected_at!: string;

  @ApiProperty({ description: 'From where.', example: '10.0.0.15' })
  readonly remote_address!: string;

  @ApiProperty({ description: 'Server that the terminal is logged in to.', example: 'ICMarkets-Demo' })
  readonly broker_server!: string;

  @ApiProperty({ description: 'Broker, as the terminal names it.', example: 'IC Markets' })
  readonly company!: string;

  @ApiProperty({ description: 'Name and version of the bridge.', example: 'mt5-gateway EA 1.0' })
  readonly program!: string;

  @ApiProperty({
    description: 'Build of MetaTrader; 0 when the bridge does not know it.',
    type: 'integer',
    example: 5430,
  })
  readonly terminal_build!: number;

  @ApiProperty({ description: 'Nothing of this terminal is a real price.', example: false })
  readonly simulated!: boolean;

  @ApiProperty({ description: 'The bridge itself can restart the terminal.', example: false })
  readonly can_restart!: boolean;

  @ApiProperty({ description: 'Milliseconds since the last byte.', type: 'integer', example: 812 })
  readonly silent_ms!: number;

  @ApiProperty({
    description: 'The terminal reaches its broker; null before the first heartbeat.',
    type: Boolean,
    nullable: true,
    example: true,
  })
  readonly broker_connected!: boolean | null;

  @ApiProperty({ description: 'Milliseconds from the terminal to its broker; 0 when unknown.', example: 38.2 })
  readonly ping_ms!: number;

  @ApiProperty({
    description: 'Memory that the terminal says it uses, megabytes; 0 when unknown.',
    type: 'integer',
    example: 412,
  })
  readonly memory_mb!: number;

  @ApiProperty({ description: 'Newest error number of MQL5; 0 is none.', type: 'integer', example: 0 })
  readonly last_error!: number;

  @ApiProperty({
    description: 'Clock of the broker’s server, unix seconds; null before the first heartbeat.',
    type: 'integer',
    nullable: true,
    example: 1795269799,
  })
  readonly server_time!: number | null;

  @ApiProperty({
    description: 'How far that clock is ahead of UTC, seconds; null while that is not known, or not to be believed.',
    type: 'integer',
    nullable: true,
    example: 7200,
  })
  readonly server_utc_offset!: number | null;

  @ApiProperty({
    description:
      'How far that clock is ahead of what it should be, seconds (negative: behind); null while nothing is known to be wrong.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  readonly clock_skew_seconds!: number | null;
}

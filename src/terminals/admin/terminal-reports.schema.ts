import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { LogLevel } from '../observers/terminal-log.js';

/** Uptime and reconnects of one terminal. */
@ApiSchema({ description: 'Uptime and reconnects of one terminal.' })
export class TerminalFiguresSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Share of the time since the gateway started in which it was ready.', example: 99.87 })
  readonly uptime_percent!: number;

  @ApiProperty({ description: 'The same of the last 24 hours.', example: 99.21 })
  readonly uptime_percent_24h!: number;

  @ApiProperty({ description: 'Sessions after the first.', type: 'integer', example: 2 })
  readonly reconnect_count!: number;
}

/** How many terminals are in each state. */
@ApiSchema({ description: 'How many terminals are in each state.' })
export class TerminalsByStateSchema {
  @ApiProperty({ description: 'Have not connected yet.', type: 'integer', example: 0 })
  readonly expected!: number;

  @ApiProperty({ description: 'Are being checked.', type: 'integer', example: 0 })
  readonly handshaking!: number;

  @ApiProperty({ description: 'Serve.', type: 'integer', example: 15 })
  readonly ready!: number;

  @ApiProperty({ description: 'Are connected, but cannot serve.', type: 'integer', example: 0 })
  readonly impaired!: number;

  @ApiProperty({ description: 'Were connected.', type: 'integer', example: 0 })
  readonly lost!: number;

  @ApiProperty({ description: 'Were drained by an admin.', type: 'integer', example: 0 })
  readonly draining!: number;

  @ApiProperty({ description: 'The gateway is shutting down.', type: 'integer', example: 0 })
  readonly closed!: number;
}

/** Figures of the whole pool since the gateway started. */
@ApiSchema({ description: 'Figures of the whole pool since the gateway started.' })
export class TerminalStatsSchema {
  @ApiProperty({ description: 'Configured terminals.', type: 'integer', example: 15 })
  readonly total_terminals!: number;

  @ApiProperty({ description: 'Terminals that are `ready`.', type: 'integer', example: 15 })
  readonly connected_terminals!: number;

  @ApiProperty({ description: 'How many are in each state.', type: TerminalsByStateSchema })
  readonly states!: TerminalsByStateSchema;

  @ApiProperty({ description: 'Average of all terminals.', example: 99.91 })
  readonly average_uptime_percent!: number;

  @ApiProperty({ description: 'Of all terminals.', type: 'integer', example: 4 })
  readonly total_reconnects!: number;

  @ApiProperty({ description: 'At most five, least uptime first.', type: [TerminalFiguresSchema] })
  readonly worst_terminals!: readonly TerminalFiguresSchema[];
}

/** The account that a terminal is logged in to, as the terminal says it. */
@ApiSchema({ description: 'The account that a terminal is logged in to, as the terminal says it.' })
export class TerminalAccountSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Account number.', type: 'integer', example: 10005 })
  readonly login!: number;

  @ApiProperty({ description: 'Server of the broker.', example: 'ICMarkets-Demo' })
  readonly server!: string;

  @ApiProperty({ description: 'Broker.', example: 'IC Markets' })
  readonly company!: string;

  @ApiProperty({ description: 'Name on the account.', example: 'Data account 5' })
  readonly name!: string;

  @ApiProperty({ description: 'Currency of the account.', example: 'USD' })
  readonly currency!: string;

  @ApiProperty({ description: 'Whether its money is real.', enum: ['demo', 'contest', 'real'], example: 'demo' })
  readonly trade_mode!: 'demo' | 'contest' | 'real';

  @ApiProperty({ description: '1 : leverage.', type: 'integer', example: 100 })
  readonly leverage!: number;

  @ApiProperty({ description: 'In the currency of the account.', example: 10000 })
  readonly balance!: number;

  @ApiProperty({ description: 'In the currency of the account.', example: 10000 })
  readonly equity!: number;

  @ApiProperty({ description: 'The terminal reaches its broker.', example: true })
  readonly broker_connected!: boolean;
}

/** One log line. */
@ApiSchema({ description: 'One log line.' })
export class TerminalLogLineSchema {
  @ApiProperty({ description: 'When.', example: '2026-11-20T09:12:51.712Z' })
  readonly at!: string;

  @ApiProperty({ description: 'How much it matters.', enum: ['debug', 'info', 'warn', 'error'], example: 'info' })
  readonly level!: LogLevel;

  @ApiProperty({
    description: 'What happened.',
    example: 'MT5_05 is ready (was handshaking): symbols resolved, account and broker as expected',
  })
  readonly message!: string;
}

/** Newest log lines about a terminal. */
@ApiSchema({ description: 'Newest log lines about a terminal.' })
export class TerminalLogSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Oldest first.', type: [TerminalLogLineSchema] })
  readonly lines!: readonly TerminalLogLineSchema[];
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TerminalHostSchema } from './agent.schema.js';
import { ServerZoneSchema } from './server-zone.schema.js';
import type { ResolutionRule } from '../symbols/symbol-resolver.js';
import type { TerminalState } from '../terminal-pool.js';
import { TerminalSessionSchema } from './terminal-session.schema.js';

/** In the order of a terminal's life. */
export const TERMINAL_STATES = [
  'expected',
  'handshaking',
  'ready',
  'impaired',
  'lost',
  'draining',
  'closed',
] as const satisfies readonly TerminalState[];

const RULES = [
  'configured',
  'exact',
  'ignoring-case',
  'affix',
  'alias',
  'currencies',
] as const satisfies readonly ResolutionRule[];

/** How long the newest requests that were answered took, waiting included. */
@ApiSchema({ description: 'How long the newest requests that were answered took, waiting included.' })
export class TerminalLatencySchema {
  @ApiProperty({ description: 'Milliseconds.', example: 11.4 })
  readonly median!: number;

  @ApiProperty({ description: '95th percentile, milliseconds.', example: 38.2 })
  readonly p95!: number;

  @ApiProperty({ description: 'How many requests that is; at most 100.', type: 'integer', example: 100 })
  readonly requests!: number;
}

/** Outcome of the newest probe. */
@ApiSchema({ description: 'Outcome of the newest probe.' })
export class TerminalProbeSchema {
  @ApiProperty({ description: 'When it ended.', example: '2026-11-20T14:02:58.120Z' })
  readonly at!: string;

  @ApiProperty({ description: 'The terminal answered.', example: true })
  readonly ok!: boolean;

  @ApiProperty({ description: 'Milliseconds.', type: 'integer', example: 14 })
  readonly duration_ms!: number;
}

/** Something that went wrong with a terminal. */
@ApiSchema({ description: 'Something that went wrong with a terminal.' })
export class TerminalFaultSchema {
  @ApiProperty({ description: 'When.', example: '2026-11-20T09:12:44.310Z' })
  readonly at!: string;

  @ApiProperty({ description: 'In one word: an error code, or why a session ended.', example: 'silent' })
  readonly code!: string;

  @ApiProperty({ description: 'In a sentence.', example: 'lost: silent: no bytes for 15000 ms' })
  readonly message!: string;
}

/** Health of one terminal. */
@ApiSchema({ description: 'Health of one terminal.' })
export class TerminalHealthSchema {
  @ApiProperty({ description: 'As configured.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({ description: 'Its state is `ready`.', example: true })
  readonly connected!: boolean;

  @ApiProperty({
    description: '`impaired`: connected, but it cannot serve. `draining`: an admin drained it.',
    enum: TERMINAL_STATES,
    example: 'ready',
  })
  readonly state!: TerminalState;

  @ApiProperty({ description: 'Share of the time since the gateway started in which it was ready.', example: 99.87 })
  readonly uptime_percent!: number;

  @ApiProperty({ description: 'The same of the last 24 hours.', example: 99.21 })
  readonly uptime_percent_24h!: number;

  @ApiProperty({ description: 'Sessions after the first.', type: 'integer', example: 2 })
  readonly reconnect_count!: number;

  @ApiProperty({
    description: 'Open of the newest bar that it pushed, server time; null before the first.',
    type: 'integer',
    nullable: true,
    example: 1795269600,
  })
  readonly last_bar!: number | null;

  @ApiProperty({ description: 'Requests that wait for their turn.', type: 'integer', example: 0 })
  readonly queue_depth!: number;

  @ApiProperty({ description: 'Requests that it is answering.', type: 'integer', example: 0 })
  readonly in_flight!: number;

  @ApiProperty({ description: 'Null before the first answer.', type: TerminalLatencySchema, nullable: true })
  readonly latency_ms!: TerminalLatencySchema | null;

  @ApiProperty({
    description: 'Milliseconds from the terminal to its broker; null without a session.',
    type: Number,
    nullable: true,
    example: 38.2,
  })
  readonly broker_ping_ms!: number | null;

  @ApiProperty({
    description: 'Newest sign of life; null before the first.',
    type: String,
    nullable: true,
    example: '2026-11-20T14:03:21.004Z',
  })
  readonly last_check!: string | null;

  @ApiProperty({ description: 'Null before the first.', type: TerminalProbeSchema, nullable: true })
  readonly last_probe!: TerminalProbeSchema | null;

  @ApiProperty({ description: 'At most 20, oldest first.', type: [TerminalFaultSchema] })
  readonly last_errors!: readonly TerminalFaultSchema[];
}

/** A configured symbol on one terminal. */
@ApiSchema({ description: 'A configured symbol on one terminal.' })
export class TerminalSymbolSchema {
  @ApiProperty({ description: 'As customers call it.', example: 'EURUSD' })
  readonly symbol!: string;

  @ApiProperty({
    description: 'As the broker calls it; null while it is not found, then it is not served.',
    type: String,
    nullable: true,
    example: 'EURUSD.pro',
  })
  readonly broker_symbol!: string | null;

  @ApiProperty({
    description: 'By which rule that was found; null while it is not.',
    nullable: true,
    enum: RULES,
    example: 'affix',
  })
  readonly resolved_by!: ResolutionRule | null;

  @ApiProperty({ description: 'Why it is not served; null when it is.', type: String, nullable: true, example: null })
  readonly problem!: string | null;
}

/** One terminal. */
@ApiSchema({ description: 'One terminal.' })
export class TerminalSchema extends TerminalHealthSchema {
  @ApiProperty({ description: 'Since when it is in its state.', example: '2026-11-20T09:12:51.712Z' })
  readonly since!: string;

  @ApiProperty({
    description: 'Why it is in that state, where that needs a reason.',
    type: String,
    nullable: true,
    example: null,
  })
  readonly reason!: string | null;

  @ApiProperty({ description: 'Account number, as configured.', type: 'integer', example: 10005 })
  readonly login!: number;

  @ApiProperty({ description: 'Server of the broker, as configured.', example: 'ICMarkets-Demo' })
  readonly server!: string;

  @ApiProperty({ description: 'How the clock of the server follows UTC.', type: ServerZoneSchema })
  readonly zone!: ServerZoneSchema;

  @ApiProperty({ description: 'Its configured symbols.', type: [TerminalSymbolSchema] })
  readonly symbols!: readonly TerminalSymbolSchema[];

  @ApiProperty({ description: 'Null while it is not connected.', type: TerminalSessionSchema, nullable: true })
  readonly session!: TerminalSessionSchema | null;

  @ApiProperty({
    description: 'What the agent of its host says; null until one was seen.',
    type: TerminalHostSchema,
    nullable: true,
  })
  readonly host!: TerminalHostSchema | null;
}

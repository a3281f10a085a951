import { Decimal, Flag, OneOf, Part, Parts, Schema, Text, Whole } from '../../http/index.js';
import { TerminalHostView } from './agent.schema.js';
import { ServerZoneView } from './server-zone.schema.js';
import type { ResolutionRule } from '../symbols/symbol-resolver.js';
import type { TerminalState } from '../terminal-pool.js';
import { TerminalSessionView } from './terminal-session.schema.js';

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

@Schema('How long the newest requests that were answered took, waiting included.')
export class TerminalLatencyView {
  @Decimal('Milliseconds.', 11.4) readonly median!: number;
  @Decimal('95th percentile, milliseconds.', 38.2) readonly p95!: number;
  @Whole('How many requests that is; at most 100.', 100) readonly requests!: number;
}

@Schema('Outcome of the newest probe.')
export class TerminalProbeView {
  @Text('When it ended.', '2026-11-20T14:02:58.120Z') readonly at!: string;
  @Flag('The terminal answered.', true) readonly ok!: boolean;
  @Whole('Milliseconds.', 14) readonly duration_ms!: number;
}

@Schema('Something that went wrong with a terminal.')
export class TerminalFaultView {
  @Text('When.', '2026-11-20T09:12:44.310Z') readonly at!: string;
  @Text('In one word: an error code, or why a session ended.', 'silent') readonly code!: string;
  @Text('In a sentence.', 'lost: silent: no bytes for 15000 ms') readonly message!: string;
}

@Schema('Health of one terminal.')
export class TerminalHealthView {
  @Text('As configured.', 'MT5_05') readonly terminal_id!: string;
  @Flag('Its state is `ready`.', true) readonly connected!: boolean;
  @OneOf('`impaired`: connected, but it cannot serve. `draining`: an admin drained it.', TERMINAL_STATES, 'ready')
  readonly state!: TerminalState;
  @Decimal('Share of the time since the gateway started in which it was ready.', 99.87)
  readonly uptime_percent!: number;
  @Decimal('The same of the last 24 hours.', 99.21) readonly uptime_percent_24h!: number;
  @Whole('Sessions after the first.', 2) readonly reconnect_count!: number;
  @Whole('Open of the newest bar that it pushed, server time; null before the first.', 1795269600, 'nullable')
  readonly last_bar!: number | null;
  @Whole('Requests that wait for their turn.', 0) readonly queue_depth!: number;
  @Whole('Requests that it is answering.', 0) readonly in_flight!: number;
  @Part('Null before the first answer.', TerminalLatencyView, 'nullable')
  readonly latency_ms!: TerminalLatencyView | null;
  @Decimal('Milliseconds from the terminal to its broker; null without a session.', 38.2, 'nullable')
  readonly broker_ping_ms!: number | null;
  @Text('Newest sign of life; null before the first.', '2026-11-20T14:03:21.004Z', 'nullable')
  readonly last_check!: string | null;
  @Part('Null before the first.', TerminalProbeView, 'nullable') readonly last_probe!: TerminalProbeView | null;
  @Parts('At most 20, oldest first.', TerminalFaultView) readonly last_errors!: readonly TerminalFaultView[];
}

@Schema('A configured symbol on one terminal.')
export class TerminalSymbolView {
  @Text('As customers call it.', 'EURUSD') readonly symbol!: string;
  @Text('As the broker calls it; null while it is not found, then it is not served.', 'EURUSD.pro', 'nullable')
  readonly broker_symbol!: string | null;
  @OneOf('By which rule that was found; null while it is not.', RULES, 'affix', 'nullable')
  readonly resolved_by!: ResolutionRule | null;
  @Text('Why it is not served; null when it is.', null, 'nullable') readonly problem!: string | null;
}

@Schema('One terminal.')
export class TerminalView extends TerminalHealthView {
  @Text('Since when it is in its state.', '2026-11-20T09:12:51.712Z') readonly since!: string;
  @Text('Why it is in that state, where that needs a reason.', null, 'nullable') readonly reason!: string | null;
  @Whole('Account number, as configured.', 10005) readonly login!: number;
  @Text('Server of the broker, as configured.', 'ICMarkets-Demo') readonly server!: string;
  @Part('How the clock of the server follows UTC.', ServerZoneView) readonly zone!: ServerZoneView;
  @Parts('Its configured symbols.', TerminalSymbolView) readonly symbols!: readonly TerminalSymbolView[];
  @Part('Null while it is not connected.', TerminalSessionView, 'nullable')
  readonly session!: TerminalSessionView | null;
  @Part('What the agent of its host says; null until one was seen.', TerminalHostView, 'nullable')
  readonly host!: TerminalHostView | null;
}

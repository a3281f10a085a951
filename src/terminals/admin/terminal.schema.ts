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

@Schema('Duration of the newest answered requests, queueing included.')
export class TerminalLatencyView {
  @Decimal('Median, milliseconds.', 11.4) readonly median!: number;
  @Decimal('95th percentile, milliseconds.', 38.2) readonly p95!: number;
  @Whole('Number of measured requests, at most 100.', 100) readonly requests!: number;
}

@Schema('Outcome of the newest probe.')
export class TerminalProbeView {
  @Text('When it ended.', '2026-11-20T14:02:58.120Z') readonly at!: string;
  @Flag('The terminal answered.', true) readonly ok!: boolean;
  @Whole('Duration, milliseconds.', 14) readonly duration_ms!: number;
}

@Schema('A fault of a terminal.')
export class TerminalFaultView {
  @Text('Time of the fault.', '2026-11-20T09:12:44.310Z') readonly at!: string;
  @Text('Error code, or reason of the end of a session.', 'silent') readonly code!: string;
  @Text('Description of the fault.', 'lost: silent: no bytes for 15000 ms') readonly message!: string;
}

@Schema('Health of one terminal.')
export class TerminalHealthView {
  @Text('Id of the terminal, as configured.', 'MT5_05') readonly terminal_id!: string;
  @Flag('Its state is `ready`.', true) readonly connected!: boolean;
  @OneOf('`impaired`: connected, but it cannot serve. `draining`: an admin drained it.', TERMINAL_STATES, 'ready')
  readonly state!: TerminalState;
  @Decimal('Share of the time since the gateway started in which it was ready.', 99.87)
  readonly uptime_percent!: number;
  @Decimal('The same of the last 24 hours.', 99.21) readonly uptime_percent_24h!: number;
  @Whole('Sessions after the first.', 2) readonly reconnect_count!: number;
  @Whole('Open of the newest bar that it pushed, server time; null before the first.', 1795269600, 'nullable')
  readonly last_bar!: number | null;
  @Whole('Requests in the queue.', 0) readonly queue_depth!: number;
  @Whole('Requests sent to the terminal and not answered yet.', 0) readonly in_flight!: number;
  @Part('Latency; null before the first answer.', TerminalLatencyView, 'nullable')
  readonly latency_ms!: TerminalLatencyView | null;
  @Decimal('Milliseconds from the terminal to its broker; null without a session.', 38.2, 'nullable')
  readonly broker_ping_ms!: number | null;
  @Text('Newest sign of life; null before the first.', '2026-11-20T14:03:21.004Z', 'nullable')
  readonly last_check!: string | null;
  @Part('The newest probe; null before the first.', TerminalProbeView, 'nullable')
  readonly last_probe!: TerminalProbeView | null;
  @Parts('The newest faults, at most 20, oldest first.', TerminalFaultView)
  readonly last_errors!: readonly TerminalFaultView[];
}

@Schema('A configured symbol on one terminal.')
export class TerminalSymbolView {
  @Text('Canonical name.', 'EURUSD') readonly symbol!: string;
  @Text('Broker symbol; null while none is found, and then the symbol is not served.', 'EURUSD.pro', 'nullable')
  readonly broker_symbol!: string | null;
  @OneOf('Rule that found the broker symbol; null while none is found.', RULES, 'affix', 'nullable')
  readonly resolved_by!: ResolutionRule | null;
  @Text('Why it is not served; null when it is.', null, 'nullable') readonly problem!: string | null;
}

@Schema('One terminal.')
export class TerminalView extends TerminalHealthView {
  @Text('Since when it is in its state.', '2026-11-20T09:12:51.712Z') readonly since!: string;
  @Text('Why it is in that state; null where the state needs no reason.', null, 'nullable') readonly reason!:
    string | null;
  @Whole('Account number, as configured.', 10005) readonly login!: number;
  @Text('Server of the broker, as configured.', 'ICMarkets-Demo') readonly server!: string;
  @Part('How the clock of the server follows UTC.', ServerZoneView) readonly zone!: ServerZoneView;
  @Parts('Its configured symbols.', TerminalSymbolView) readonly symbols!: readonly TerminalSymbolView[];
  @Part('Current session; null while the terminal is not connected.', TerminalSessionView, 'nullable')
  readonly session!: TerminalSessionView | null;
  @Part('Report of the agent on its host; null until an agent has connected.', TerminalHostView, 'nullable')
  readonly host!: TerminalHostView | null;
}

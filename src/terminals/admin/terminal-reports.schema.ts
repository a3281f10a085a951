import { Decimal, Flag, OneOf, Part, Parts, Schema, Text, Whole } from '../../http/index.js';
import type { LogLevel } from '../observers/terminal-log.js';

@Schema('Uptime and reconnects of one terminal.')
export class TerminalFiguresView {
  @Text('Which terminal.', 'MT5_05') readonly terminal_id!: string;
  @Decimal('Share of the time since the gateway started in which it was ready.', 99.87)
  readonly uptime_percent!: number;
  @Decimal('The same of the last 24 hours.', 99.21) readonly uptime_percent_24h!: number;
  @Whole('Sessions after the first.', 2) readonly reconnect_count!: number;
}

@Schema('How many terminals are in each state.')
export class TerminalsByStateView {
  @Whole('Have not connected yet.', 0) readonly expected!: number;
  @Whole('Are being checked.', 0) readonly handshaking!: number;
  @Whole('Serve.', 15) readonly ready!: number;
  @Whole('Are connected, but cannot serve.', 0) readonly impaired!: number;
  @Whole('Were connected.', 0) readonly lost!: number;
  @Whole('Were drained by an admin.', 0) readonly draining!: number;
  @Whole('The gateway is shutting down.', 0) readonly closed!: number;
}

@Schema('Figures of the whole pool since the gateway started.')
export class TerminalStatsView {
  @Whole('Configured terminals.', 15) readonly total_terminals!: number;
  @Whole('Terminals that are `ready`.', 15) readonly connected_terminals!: number;
  @Part('How many are in each state.', TerminalsByStateView) readonly states!: TerminalsByStateView;
  @Decimal('Average of all terminals.', 99.91) readonly average_uptime_percent!: number;
  @Whole('Of all terminals.', 4) readonly total_reconnects!: number;
  @Parts('At most five, least uptime first.', TerminalFiguresView)
  readonly worst_terminals!: readonly TerminalFiguresView[];
}

@Schema('The account that a terminal is logged in to, as the terminal says it.')
export class TerminalAccountView {
  @Text('Which terminal.', 'MT5_05') readonly terminal_id!: string;
  @Whole('Account number.', 10005) readonly login!: number;
  @Text('Server of the broker.', 'ICMarkets-Demo') readonly server!: string;
  @Text('Broker.', 'IC Markets') readonly company!: string;
  @Text('Name on the account.', 'Data account 5') readonly name!: string;
  @Text('Currency of the account.', 'USD') readonly currency!: string;
  @OneOf('Whether its money is real.', ['demo', 'contest', 'real'], 'demo')
  readonly trade_mode!: 'demo' | 'contest' | 'real';
  @Whole('1 : leverage.', 100) readonly leverage!: number;
  @Decimal('In the currency of the account.', 10000) readonly balance!: number;
  @Decimal('In the currency of the account.', 10000) readonly equity!: number;
  @Flag('The terminal reaches its broker.', true) readonly broker_connected!: boolean;
}

@Schema('One log line.')
export class TerminalLogLineView {
  @Text('When.', '2026-11-20T09:12:51.712Z') readonly at!: string;
  @OneOf('How much it matters.', ['debug', 'info', 'warn', 'error'], 'info') readonly level!: LogLevel;
  @Text('What happened.', 'MT5_05 is ready (was handshaking): symbols resolved, account and broker as expected')
  readonly message!: string;
}

@Schema('Newest log lines about a terminal.')
export class TerminalLogView {
  @Text('Which terminal.', 'MT5_05') readonly terminal_id!: string;
  @Parts('Oldest first.', TerminalLogLineView) readonly lines!: readonly TerminalLogLineView[];
}

import { Decimal, Flag, OneOf, Part, Parts, Schema, Text, Whole } from '../../http/index.js';
import type { LogLevel } from '../observers/terminal-log.js';

@Schema('Uptime and reconnects of one terminal.')
export class TerminalFiguresView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @Decimal('Share of the time since the gateway started in which it was ready.', 99.87)
  readonly uptime_percent!: number;
  @Decimal('The same of the last 24 hours.', 99.21) readonly uptime_percent_24h!: number;
  @Whole('Sessions after the first.', 2) readonly reconnect_count!: number;
}

@Schema('Number of terminals in each state.')
export class TerminalsByStateView {
  @Whole('Terminals that have not connected yet.', 0) readonly expected!: number;
  @Whole('Terminals that are being checked.', 0) readonly handshaking!: number;
  @Whole('Terminals that serve requests.', 15) readonly ready!: number;
  @Whole('Terminals that are connected but cannot serve.', 0) readonly impaired!: number;
  @Whole('Terminals whose connection was lost.', 0) readonly lost!: number;
  @Whole('Terminals that an admin has drained.', 0) readonly draining!: number;
  @Whole('Terminals that were closed by the shutdown of the gateway.', 0) readonly closed!: number;
}

@Schema('Figures of the whole pool since the gateway started.')
export class TerminalStatsView {
  @Whole('Configured terminals.', 15) readonly total_terminals!: number;
  @Whole('Terminals that are `ready`.', 15) readonly connected_terminals!: number;
  @Part('Number of terminals in each state.', TerminalsByStateView) readonly states!: TerminalsByStateView;
  @Decimal('Average of all terminals.', 99.91) readonly average_uptime_percent!: number;
  @Whole('Reconnects of all terminals.', 4) readonly total_reconnects!: number;
  @Parts('At most five, least uptime first.', TerminalFiguresView)
  readonly worst_terminals!: readonly TerminalFiguresView[];
}

@Schema('The account of a terminal, as the terminal reports it.')
export class TerminalAccountView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @Whole('Account number.', 10005) readonly login!: number;
  @Text('Server of the broker.', 'ICMarkets-Demo') readonly server!: string;
  @Text('Broker.', 'IC Markets') readonly company!: string;
  @Text('Name on the account.', 'Data account 5') readonly name!: string;
  @Text('Currency of the account.', 'USD') readonly currency!: string;
  @OneOf('Kind of account.', ['demo', 'contest', 'real'], 'demo')
  readonly trade_mode!: 'demo' | 'contest' | 'real';
  @Whole('Leverage, as the n of 1:n.', 100) readonly leverage!: number;
  @Decimal('Balance, in the currency of the account.', 10000) readonly balance!: number;
  @Decimal('Equity, in the currency of the account.', 10000) readonly equity!: number;
  @Flag('The terminal reaches its broker.', true) readonly broker_connected!: boolean;
}

@Schema('One log line.')
export class TerminalLogLineView {
  @Text('Time of the line.', '2026-11-20T09:12:51.712Z') readonly at!: string;
  @OneOf('Severity.', ['debug', 'info', 'warn', 'error'], 'info') readonly level!: LogLevel;
  @Text('Text of the line.', 'MT5_05 is ready (was handshaking): symbols resolved, account and broker as expected')
  readonly message!: string;
}

@Schema('Newest log lines about a terminal.')
export class TerminalLogView {
  @Text('Id of the terminal.', 'MT5_05') readonly terminal_id!: string;
  @Parts('Oldest first.', TerminalLogLineView) readonly lines!: readonly TerminalLogLineView[];
}

import { Decimal, Flag, Schema, Text, Whole } from '../../http/index.js';

@Schema('The connection of a terminal’s bridge.')
export class TerminalSessionView {
  @Whole('Number of the session; every new one has a higher number.', 17) readonly epoch!: number;
  @Text('When the bridge dialled in.', '2026-11-20T09:12:51.650Z') readonly connected_at!: string;
  @Text('From where.', '10.0.0.15') readonly remote_address!: string;
  @Text('Server that the terminal is logged in to.', 'ICMarkets-Demo') readonly broker_server!: string;
  @Text('Broker, as the terminal names it.', 'IC Markets') readonly company!: string;
  @Text('Name and version of the bridge.', 'mt5-gateway EA 1.0') readonly program!: string;
  @Whole('Build of MetaTrader; 0 when the bridge does not know it.', 5430) readonly terminal_build!: number;
  @Flag('Nothing of this terminal is a real price.', false) readonly simulated!: boolean;
  @Flag('The bridge itself can restart the terminal.', false) readonly can_restart!: boolean;
  @Whole('Milliseconds since the last byte.', 812) readonly silent_ms!: number;
  @Flag('The terminal reaches its broker; null before the first heartbeat.', true, 'nullable')
  readonly broker_connected!: boolean | null;
  @Decimal('Milliseconds from the terminal to its broker; 0 when unknown.', 38.2) readonly ping_ms!: number;
  @Whole('Memory that the terminal says it uses, megabytes; 0 when unknown.', 412) readonly memory_mb!: number;
  @Whole('Newest error number of MQL5; 0 is none.', 0) readonly last_error!: number;
  @Whole('Clock of the broker’s server, unix seconds; null before the first heartbeat.', 1795269799, 'nullable')
  readonly server_time!: number | null;
  @Whole(
    'How far that clock is ahead of UTC, seconds; null while that is not known, or not to be believed.',
    7200,
    'nullable',
  )
  readonly server_utc_offset!: number | null;
  @Whole(
    'How far that clock is ahead of what it should be, seconds (negative: behind); null while nothing is known to be wrong.',
    null,
    'nullable',
  )
  readonly clock_skew_seconds!: number | null;
}

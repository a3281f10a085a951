import { Decimal, Flag, Schema, Text, Whole } from '../../http/index.js';

@Schema('The session of a terminal’s bridge.')
export class TerminalSessionView {
  @Whole('Number of the session; every new one has a higher number.', 17) readonly epoch!: number;
  @Text('When the bridge connected.', '2026-11-20T09:12:51.650Z') readonly connected_at!: string;
  @Text('Address of the bridge.', '10.0.0.15') readonly remote_address!: string;
  @Text('Server that the terminal is logged in to.', 'ICMarkets-Demo') readonly broker_server!: string;
  @Text('Broker, as the terminal names it.', 'IC Markets') readonly company!: string;
  @Text('Name and version of the bridge.', 'mt5-gateway EA 1.0') readonly program!: string;
  @Whole('Build of MetaTrader; 0 when the bridge does not know it.', 5430) readonly terminal_build!: number;
  @Flag('The terminal is simulated: none of its prices is real.', false) readonly simulated!: boolean;
  @Flag('The bridge itself can restart the terminal.', false) readonly can_restart!: boolean;
  @Whole('Milliseconds since the last byte.', 812) readonly silent_ms!: number;
  @Flag('The terminal reaches its broker; null before the first heartbeat.', true, 'nullable')
  readonly broker_connected!: boolean | null;
  @Decimal('Milliseconds from the terminal to its broker; 0 when unknown.', 38.2) readonly ping_ms!: number;
  @Whole('Memory of the terminal, as it reports it, megabytes; 0 when unknown.', 412) readonly memory_mb!: number;
  @Whole('Newest error number of MQL5; 0 is none.', 0) readonly last_error!: number;
  @Whole('Clock of the broker’s server, unix seconds; null before the first heartbeat.', 1795269799, 'nullable')
  readonly server_time!: number | null;
  @Whole('Server time minus UTC, seconds; null while it is unknown or implausible.', 7200, 'nullable')
  readonly server_utc_offset!: number | null;
  @Whole('Known error of that clock, seconds (positive: ahead, negative: behind); null without one.', null, 'nullable')
  readonly clock_skew_seconds!: number | null;
}

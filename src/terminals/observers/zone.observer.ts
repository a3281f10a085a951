import { Injectable, Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { formatOffset } from '../../market/index.js';
import { ScrapedFamilies } from '../../metrics/index.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { ServerZones, type ZoneChange } from '../clocks/server-zones.js';

/** Passes the clocks of terminals to the zones, and shows zones in the log and in Prometheus families. */
@Injectable()
export class ZoneObserver {
  private readonly logger = new Logger('Zones');
  private readonly logged = new Map<string, string>();

  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly zones: ServerZones,
    registry: Registry,
  ) {
    pool.onHeartbeat(({ terminalId, clock: { utcOffsetSeconds: offset, serverTimeMs, skewMs } }) => {
      if (offset === undefined || skewMs !== undefined) return;
      const { brokerServer } = pool.getTerminal(terminalId);
      zones.sight(brokerServer, terminalId, { offset, time: Math.floor(serverTimeMs / 1000) });
    });
    zones.onChange((change) => this.changed(change));
    zones.onConflict(({ server, terminalId, reported, configured }) => {
      const offsets = `offset ${formatOffset(reported)}, the zone configured for ${server} has ${formatOffset(configured)}`;
      this.logger.warn(`${terminalId} tells UTC ${offsets} now; answers go by the configured zone`);
    });
    zones.onStoreError((error) => {
      this.logger.warn({ err: error }, 'what is learned of zones cannot be stored or read now; it is tried again');
    });
    this.gauges(registry);
  }

  private changed({ server, report: { source, rules, knownFrom } }: ZoneChange): void {
    const since =
      knownFrom === undefined ? '' : `, known from ${new Date(knownFrom * 1000).toISOString().slice(0, 10)}`;
    const line = `zone of ${server}: ${source}${rules.length === 0 ? '' : ` (${rules.join(' or ')})`}${since}`;
    if (this.logged.get(server) === line) return;
    this.logged.set(server, line);
    this.logger.log(line);
  }

  private gauges(registry: Registry): void {
    const { pool, zones } = this;
    const families = new ScrapedFamilies(registry);
    families.gauge(
      'mt5gw_terminal_zone',
      '1 for where the zone of the terminal’s server comes from: override, learned, unknown.',
      () => pool.allTerminals().map(({ id, brokerServer }) => [id, zones.report(brokerServer).source, 1] as const),
      'terminal',
      'source',
    );
    families.gauge(
      'mt5gw_terminal_zone_conflict',
      '1 while the terminal tells another UTC offset than the configured zone of its server has.',
      () => pool.allTerminals().map(({ id }) => [id, zones.isContradicted(id) ? 1 : 0] as const),
      'terminal',
    );
  }
}

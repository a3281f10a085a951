import { membersOf } from '../environment/section.js';
import type { DatabaseSettings } from '../sections/database-settings.js';
import type { ServerSettings } from '../sections/server-settings.js';
import type { TerminalSettings } from '../sections/terminal-settings.js';
import { descriptorBudget, type UnprovedPlaces } from './descriptor-budget.js';

/** Numbers of connections that fit under the limit of open files and sockets. */
export class ConnectionSettings extends membersOf<{
  /** Limit of open files and sockets; undefined = the system does not report one. */
  readonly descriptorLimit: number | undefined;
  /** Lowest limit with which the gateway starts. */
  readonly lowestDescriptorLimit: number;
  /** HTTP_MAX_CONNECTIONS; undefined = not set. */
  readonly wantedHttp: number | undefined;
  /** Limit with which everything that is configured fits. */
  readonly ampleDescriptorLimit: number;
  /** Cap of the API's connections; undefined = none. */
  readonly maxHttp: number | undefined;
  /** Bridge connections that may be open without a proof. */
  readonly unproved: UnprovedPlaces;
}>() {}

/** Divides the process's descriptors among everything that is configured. */
export function connectionSettings({
  server: { maxConnections: wantedHttp, metricsPort },
  database: { poolSize, maxOverflow },
  terminals: { terminals },
  descriptorLimit,
}: {
  readonly server: ServerSettings;
  readonly database: DatabaseSettings;
  readonly terminals: TerminalSettings;
  readonly descriptorLimit: number | undefined;
}): ConnectionSettings {
  const budget = descriptorBudget({
    limit: descriptorLimit,
    terminals: terminals.length,
    hosts: new Set(terminals.map(({ host }) => host)).size,
    databaseConnections: poolSize + maxOverflow,
    hasMetricsPort: metricsPort !== undefined,
    httpMaxConnections: wantedHttp,
  });
  return new ConnectionSettings({
    descriptorLimit,
    lowestDescriptorLimit: budget.lowestLimit,
    wantedHttp,
    ampleDescriptorLimit: budget.ampleLimit,
    maxHttp: budget.http,
    unproved: budget.unproved,
  });
}

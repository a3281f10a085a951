import { membersOf } from '../environment/section.js';
import type { DatabaseSettings } from '../sections/database-settings.js';
import type { ServerSettings } from '../sections/server-settings.js';
import type { TerminalSettings } from '../sections/terminal-settings.js';
import { descriptorBudget, type UnprovedPlaces } from './descriptor-budget.js';

/** How many connections fit under the limit of open files and sockets. */
export class ConnectionSettings extends membersOf<{
  /** Most that the process may have open; undefined = the system does not tell. */
  readonly descriptorLimit: number | undefined;
  /** Below this limit the gateway does not start. */
  readonly lowestDescriptorLimit: number;
  /** HTTP_MAX_CONNECTIONS; undefined = not set. */
  readonly wantedHttp: number | undefined;
  /** With this limit all that is wanted fits. */
  readonly ampleDescriptorLimit: number;
  /** Most connections of the API; undefined = no cap. */
  readonly maxHttp: number | undefined;
  /** Bridge connections that may be open without a proof. */
  readonly unproved: UnprovedPlaces;
}>() {}

/** Shares the process's descriptors out among what is configured. */
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

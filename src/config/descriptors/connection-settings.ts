import { filled } from '../sections/filled.js';
import type { ServerEnvironment } from '../sections/environment.js';
import { ConnectionSettings, type DatabaseSettings, type TerminalSettings } from '../settings.js';
import { descriptorBudget } from './descriptor-budget.js';

/** Shares the process's descriptors out among what is configured. */
export function connectionSettings(
  { HTTP_MAX_CONNECTIONS, METRICS_PORT }: ServerEnvironment,
  {
    database: { poolSize, maxOverflow },
    terminals: { terminals },
    descriptorLimit,
  }: {
    readonly database: DatabaseSettings;
    readonly terminals: TerminalSettings;
    readonly descriptorLimit: number | undefined;
  },
): ConnectionSettings {
  const budget = descriptorBudget({
    limit: descriptorLimit,
    terminals: terminals.length,
    hosts: new Set(terminals.map(({ host }) => host)).size,
    databaseConnections: poolSize + maxOverflow,
    hasMetricsPort: METRICS_PORT !== undefined,
    httpMaxConnections: HTTP_MAX_CONNECTIONS,
  });
  return filled(ConnectionSettings, {
    descriptorLimit,
    lowestDescriptorLimit: budget.lowestLimit,
    wantedHttp: HTTP_MAX_CONNECTIONS,
    ampleDescriptorLimit: budget.ampleLimit,
    maxHttp: budget.http,
    unproved: budget.unproved,
  });
}

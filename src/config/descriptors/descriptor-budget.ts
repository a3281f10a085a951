/** Figures from which the gateway's need of descriptors (open files and sockets) follows. */
export interface DescriptorNeeds {
  /** Limit of open files and sockets; undefined = unknown. */
  readonly limit: number | undefined;
  readonly terminals: number;
  /** Hosts of terminals; each may run an agent. */
  readonly hosts: number;
  /** Maximum of connections to the database. */
  readonly databaseConnections: number;
  /** Whether `/metrics` has a separate port. */
  readonly hasMetricsPort: boolean;
  /** HTTP_MAX_CONNECTIONS. */
  readonly httpMaxConnections: number | undefined;
}

/** Bridge connections that may be open without a proof. */
export interface UnprovedPlaces {
  readonly strangers: number;
  readonly knownAddresses: number;
  readonly perAddress: number;
}

/** Division of the descriptors. */
export interface DescriptorBudget {
  /** Cap of the API's connections; undefined = neither the setting nor a known limit caps them. */
  readonly http: number | undefined;
  readonly unproved: UnprovedPlaces;
  /** Lowest limit with which database, terminals and a few callers fit. */
  readonly lowestLimit: number;
  /** Lowest limit with which HTTP_MAX_CONNECTIONS and all unproved bridge connections fit as well. */
  readonly ampleLimit: number;
}

/** Cap of METRICS_PORT: a few scrapers and an operator. */
export const METRICS_MAX_CONNECTIONS = 16;
/** Connections over the cap that stay open while they receive their refusal. */
export const MAX_REFUSALS = 8;

/** Runtime, standard streams, files of configuration, logs, spools and pages; about 30 are open at rest. */
const PROCESS = 64;
/** A replaced session stays open until its bridge has closed it. */
const PER_TERMINAL = 2;
/** The console of PgBouncer. */
const CONSOLE = 1;
const MIN_UNPROVED = 32;
const MIN_HTTP = 16;
/** Share of the rest that unproved bridge connections get when it does not suffice for all. */
const UNPROVED_SHARE = 1 / 3;

/**
 * Divides the descriptors: database, terminals, metrics and files get their maximum; callers and strangers share the
 * rest. libuv silently closes what it cannot accept, so the sum stays below the limit.
 */
export function descriptorBudget(needs: DescriptorNeeds): DescriptorBudget {
  const { limit, httpMaxConnections: httpMax } = needs;
  const reserved = reservedFor(needs);
  const wanted = totalOf(unprovedPlaces(needs.terminals));
  const limits = {
    lowestLimit: reserved + MIN_UNPROVED + Math.min(MIN_HTTP, httpMax ?? MIN_HTTP),
    ampleLimit: reserved + wanted + (httpMax ?? MIN_HTTP),
  };
  if (limit === undefined) return { http: httpMax, unproved: unprovedPlaces(needs.terminals), ...limits };
  const rest = Math.max(limit - reserved, MIN_UNPROVED + 1);
  const spare = httpMax === undefined ? 0 : rest - httpMax;
  const unproved = Math.min(wanted, Math.max(MIN_UNPROVED, Math.floor(rest * UNPROVED_SHARE), spare));
  const http = Math.min(rest - unproved, httpMax ?? Number.POSITIVE_INFINITY);
  return { http, unproved: unprovedPlaces(needs.terminals, unproved), ...limits };
}

/**
 * Places of bridge connections without a proof. A stranger may dawdle; after a start all terminals of one host may dial
 * at the same moment. `total` cuts the places down in proportion.
 */
export function unprovedPlaces(terminals: number, total = Number.POSITIVE_INFINITY): UnprovedPlaces {
  const all = { strangers: 2 * terminals + 256, knownAddresses: 2 * terminals + 64, perAddress: terminals + 16 };
  const wanted = totalOf(all);
  if (total >= wanted) return all;
  const strangers = Math.ceil((total * all.strangers) / wanted);
  const perAddress = Math.max(1, Math.min(all.perAddress, Math.floor(strangers / 2)));
  return { strangers, knownAddresses: total - strangers, perAddress };
}

function reservedFor({ terminals, hosts, databaseConnections, hasMetricsPort }: DescriptorNeeds): number {
  const bridge = PER_TERMINAL * (terminals + hosts);
  return (
    PROCESS + databaseConnections + CONSOLE + bridge + MAX_REFUSALS + (hasMetricsPort ? METRICS_MAX_CONNECTIONS : 0)
  );
}

function totalOf({ strangers, knownAddresses }: UnprovedPlaces): number {
  return strangers + knownAddresses;
}

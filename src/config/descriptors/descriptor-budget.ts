/** What decides how many descriptors (open files and sockets) the gateway needs. */
export interface DescriptorNeeds {
  /** Most that the process may have open; undefined = unknown. */
  readonly limit: number | undefined;
  readonly terminals: number;
  /** Hosts of terminals; each may have an agent. */
  readonly hosts: number;
  /** Most connections to the database. */
  readonly databaseConnections: number;
  /** Whether `/metrics` has a port for itself. */
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

/** How the descriptors are shared out. */
export interface DescriptorBudget {
  /** Connections of the API; undefined = neither the setting nor a known limit caps them. */
  readonly http: number | undefined;
  readonly unproved: UnprovedPlaces;
  /** Lowest limit with which database, terminals and a few callers fit. */
  readonly lowestLimit: number;
  /** Lowest limit with which HTTP_MAX_CONNECTIONS and all unproved bridge connections fit as well. */
  readonly ampleLimit: number;
}

/** Most connections of METRICS_PORT: a few scrapers and an operator. */
export const METRICS_MAX_CONNECTIONS = 16;
/** Connections over the cap that are open just long enough to read their refusal. */
export const MAX_REFUSALS = 8;

/** The runtime, standard streams, files of configuration, logs, spools and pages; about 30 are open at rest. */
const PROCESS = 64;
/** A session that is replaced stays open until its bridge has closed it. */
const PER_TERMINAL = 2;
/** The console of PgBouncer. */
const CONSOLE = 1;
const MIN_UNPROVED = 32;
const MIN_HTTP = 16;
/** Share of what is left that unproved bridge connections get while there is not enough for all. */
const UNPROVED_SHARE = 1 / 3;

/**
 * Shares out the descriptors: database, terminals, metrics and files get what they can need at most; callers and
 * strangers share the rest. libuv closes what it cannot accept without a word, so the sum stays below the limit.
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
 * Places of bridge connections that have proved nothing. A stranger may dawdle; that all terminals of one host dial at
 * the same moment after a start is nothing unusual. `total` cuts them down in proportion.
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

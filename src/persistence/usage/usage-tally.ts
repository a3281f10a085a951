/** One finished request as usage of its account. */
export interface Use {
  readonly accountId: string;
  /** Operation id of the route. */
  readonly route: string;
  /** Canonical name; empty for routes without a symbol. */
  readonly symbol: string;
  /** Time of the answer, milliseconds since the epoch; its UTC day counts. */
  readonly atMs: number;
  /** Cost against the account's limits. */
  readonly cost: number;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Length of the answer's body as sent, bytes. */
  readonly bytes: number;
}

/** Sums of usage. */
export interface UsageCounts {
  readonly requests: number;
  /** Requests that count against the limits. */
  readonly counted: number;
  /** Answers 4xx except 429. */
  readonly clientErrors: number;
  /** Answers 429. */
  readonly limited: number;
  /** Answers 5xx. */
  readonly serverErrors: number;
  readonly bytes: number;
}

/** Sums of one account, day, route and symbol in a form that fits both JSON and the table. */
export type UsageRow = readonly [
  accountId: string,
  day: string,
  route: string,
  symbol: string,
  requests: number,
  counted: number,
  clientErrors: number,
  limited: number,
  serverErrors: number,
  bytes: number,
];

const TEXTS = 4;
const COLUMNS = 10;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Replaces route and symbol when there are too many of them to keep. */
export const FOLDED_ROUTE = 'other';

interface Tally {
  readonly use: Use;
  readonly day: number;
  requests: number;
  counted: number;
  clientErrors: number;
  limited: number;
  serverErrors: number;
  bytes: number;
}

/**
 * Sums of requests in memory. Bounded: with `maxRows` rows it adds what would be a new row to its account's day under
 * {@link FOLDED_ROUTE}, so that the account's own numbers stay exact.
 */
export class UsageTally {
  private tallies = new Map<string, Tally>();
  private foldedUses = 0;

  constructor(private readonly maxRows: number) {}

  /** Number of rows. */
  get size(): number {
    return this.tallies.size;
  }

  /** Requests kept without route and symbol. */
  get folded(): number {
    return this.foldedUses;
  }

  add(use: Use): void {
    const day = Math.floor(use.atMs / DAY_MS);
    const tally = this.tallyOf(use, day);
    const { status } = use;
    tally.requests++;
    tally.counted += use.cost;
    tally.bytes += use.bytes;
    if (status === 429) tally.limited++;
    else if (status >= 500) tally.serverErrors++;
    else if (status >= 400) tally.clientErrors++;
  }

  /** Removes and returns everything added since the last call. */
  take(): UsageRow[] {
    const taken = [...this.tallies.values()].map(rowOf);
    this.tallies = new Map();
    return taken;
  }

  private tallyOf(use: Use, day: number): Tally {
    const key = `${use.accountId} ${day} ${use.route} ${use.symbol}`;
    const known = this.tallies.get(key);
    if (known !== undefined) return known;
    if (this.tallies.size >= this.maxRows && use.route !== FOLDED_ROUTE) {
      this.foldedUses++;
      return this.tallyOf({ ...use, route: FOLDED_ROUTE, symbol: '' }, day);
    }
    const tally = { use, day, requests: 0, counted: 0, clientErrors: 0, limited: 0, serverErrors: 0, bytes: 0 };
    this.tallies.set(key, tally);
    return tally;
  }
}

/** Checks what was read back from disk. */
export function isUsageRow(value: unknown): value is UsageRow {
  return (
    Array.isArray(value) &&
    value.length === COLUMNS &&
    value.every((part: unknown, index) =>
      index < TEXTS ? typeof part === 'string' : Number.isSafeInteger(part) && Number(part) >= 0,
    ) &&
    DAY.test(String(value[1]))
  );
}

function rowOf({ use, day, ...sums }: Tally): UsageRow {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const { requests, counted, clientErrors, limited, serverErrors, bytes } = sums;
  const counts = [requests, counted, clientErrors, limited, serverErrors, bytes] as const;
  return [use.accountId, date, use.route, use.symbol, ...counts];
}

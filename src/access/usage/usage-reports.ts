import { Injectable } from '@nestjs/common';
import { InvalidParameterError } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import {
  decodeKeyset,
  encodeKeyset,
  InvalidCursorError,
  type UsageCounts,
  type UsageDimension,
  UsageLedger,
  UsageStore,
  type UsageSum,
} from '../../persistence/index.js';
import { DAY_PATTERN, isDay, type UsagePeriod, usagePeriod } from './usage-period.js';

/** Filters of a report; absent members do not narrow it. */
export interface UsageReportQuery extends Partial<UsagePeriod> {
  readonly accountId?: string | undefined;
  readonly groupBy: readonly UsageDimension[];
}

export interface UsageReport extends UsagePeriod {
  readonly sums: readonly UsageSum[];
  /** All groups together, also those of other pages. */
  readonly total: UsageCounts;
  readonly nextCursor: string | undefined;
}

/** More groups than any account has by day, route or symbol. */
const ALL = 10_000;
const CSV_PAGE = 2000;

const PATTERNS: Readonly<Record<UsageDimension, RegExp>> = {
  account: /^[^\0]{1,64}$/,
  day: DAY_PATTERN,
  route: /^[^\0]{1,64}$/,
  symbol: /^[^\0]{0,64}$/,
};

/**
 * Reports usage. Flushes the metered requests of this process first, so that a report contains all of them; requests of
 * other replicas within the last second may be missing.
 */
@Injectable()
export class UsageReports {
  constructor(
    private readonly store: UsageStore,
    private readonly ledger: UsageLedger,
    private readonly clock: Clock,
  ) {}

  /** All groups. @throws InvalidParameterError, StoreUnavailableError */
  async all(query: UsageReportQuery): Promise<UsageReport> {
    const wanted = await this.prepare(query);
    const [sums, total] = await Promise.all([
      this.store.sums({ ...wanted, groupBy: query.groupBy, limit: ALL }),
      this.store.total(wanted),
    ]);
    return { ...wanted, sums, total, nextCursor: undefined };
  }

  /** One page of groups, in ascending order. @throws InvalidParameterError, InvalidCursorError, StoreUnavailableError */
  async page(
    query: UsageReportQuery,
    { limit, cursor }: { limit: number; cursor: string | undefined },
  ): Promise<UsageReport> {
    const { groupBy } = query;
    const after = cursor === undefined ? undefined : placeOf(cursor, groupBy);
    const wanted = await this.prepare(query);
    const [found, total] = await Promise.all([
      this.store.sums({ ...wanted, groupBy, after, limit: limit + 1 }),
      this.store.total(wanted),
    ]);
    const sums = found.slice(0, limit);
    const last = found.length > limit ? sums.at(-1) : undefined;
    return { ...wanted, sums, total, nextCursor: last === undefined ? undefined : encodeKeyset(last.group) };
  }

  /** The accounts with the most counted requests. @throws InvalidParameterError, StoreUnavailableError */
  async top(period: Partial<UsagePeriod>, limit: number): Promise<UsageReport> {
    const wanted = await this.prepare({ ...period, groupBy: ['account'] });
    const [sums, total] = await Promise.all([this.store.top({ ...wanted, limit }), this.store.total(wanted)]);
    return { ...wanted, sums, total, nextCursor: undefined };
  }

  /** Every group, read page by page. @throws InvalidParameterError, StoreUnavailableError for the first page */
  async *pages(query: UsageReportQuery): AsyncGenerator<readonly UsageSum[]> {
    const wanted = { ...(await this.prepare(query)), groupBy: query.groupBy, limit: CSV_PAGE };
    let after: readonly string[] | undefined;
    do {
      const sums = await this.store.sums({ ...wanted, after });
      yield sums;
      after = sums.length < CSV_PAGE ? undefined : sums.at(-1)?.group;
    } while (after !== undefined);
  }

  private async prepare({
    accountId,
    from,
    to,
  }: UsageReportQuery): Promise<UsagePeriod & Pick<UsageReportQuery, 'accountId'>> {
    const period = usagePeriod({ ...(from && { from }), ...(to && { to }) }, this.clock.nowMs());
    await this.ledger.settle();
    return { ...period, accountId };
  }
}

/** `account,day` as a list. @throws InvalidParameterError when one comes twice */
export function dimensionsOf(text: string): readonly UsageDimension[] {
  const names = text.split(',').filter((name): name is UsageDimension => Object.hasOwn(PATTERNS, name));
  if (new Set(names).size === names.length) return names;
  throw InvalidParameterError.of('group_by', 'must not repeat a word');
}

function placeOf(cursor: string, groupBy: readonly UsageDimension[]): readonly string[] {
  const values = decodeKeyset(
    cursor,
    groupBy.map((dimension) => PATTERNS[dimension]),
  );
  const day = values[groupBy.indexOf('day')];
  if (groupBy.includes('day') && (day === undefined || !isDay(day))) throw new InvalidCursorError();
  return values;
}

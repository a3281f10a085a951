import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EnumParameter, IntegerParameter, TextParameter } from '../../http/index.js';
import type { UsageCounts, UsageDimension, UsageSum } from '../../persistence/index.js';
import { DAY_PATTERN } from './usage-period.js';

const FROM = {
  pattern: DAY_PATTERN,
  allowed: 'a day as YYYY-MM-DD',
  description: 'First day, UTC. Default: 30 days before `to`.',
  example: '2026-11-01',
};
const TO = {
  pattern: DAY_PATTERN,
  allowed: 'a day as YYYY-MM-DD',
  description: 'The day after the last, UTC; at most 366 days after `from`. Default: tomorrow.',
  example: '2026-12-01',
};

/** Query of GET /usage. */
export class UsageQueryParameters {
  @TextParameter(FROM)
  readonly from?: string;

  @TextParameter(TO)
  readonly to?: string;

  @EnumParameter({
    values: ['day', 'route', 'symbol'],
    default: 'day',
    description: 'What the numbers are told apart by.',
    example: 'day',
  })
  readonly group_by!: 'day' | 'route' | 'symbol';
}

/** Query of GET /admin/usage. */
export class AdminUsageQuery {
  @TextParameter(FROM)
  readonly from?: string;

  @TextParameter(TO)
  readonly to?: string;

  @TextParameter({
    pattern: /^[A-Za-z0-9_]{1,64}$/,
    allowed: 'the id of an account',
    description: 'Only this account.',
    example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
  })
  readonly account_id?: string;

  @TextParameter({
    pattern: /^(account|day|route|symbol)(,(account|day|route|symbol)){0,3}$/,
    allowed: 'account, day, route, symbol, or several of them with commas',
    default: 'account',
    description: 'What the numbers are told apart by, in the order of the list: `account`, `day`, `route`, `symbol`.',
    example: 'account,day',
  })
  readonly group_by!: string;

  @IntegerParameter({
    min: 1,
    max: 1000,
    description: 'Only so many accounts, those with the most counted requests first. Excludes the other filters.',
    example: 10,
  })
  readonly top?: number;

  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Groups a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^[A-Za-z0-9_-]{1,800}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'WyJFVVJVU0QiXQ',
  })
  readonly cursor?: string;

  @EnumParameter({
    values: ['json', 'csv'],
    default: 'json',
    description: '`csv`: everything as one table, for bills; `limit` does not count then.',
    example: 'json',
  })
  readonly format!: 'json' | 'csv';
}

/** What is counted. */
@ApiSchema({ description: 'What is counted.' })
export class UsageNumbers {
  @ApiProperty({ description: 'Requests with a genuine key, whatever was answered.', type: 'integer', example: 1250 })
  readonly requests!: number;

  @ApiProperty({ description: 'What they cost, as the limits count it; bill this.', type: 'integer', example: 1201 })
  readonly counted!: number;

  @ApiProperty({ description: 'Answers 4xx, without 429.', type: 'integer', example: 12 })
  readonly client_errors!: number;

  @ApiProperty({ description: 'Answers 429: a limit was used up.', type: 'integer', example: 40 })
  readonly limited!: number;

  @ApiProperty({ description: 'Answers 5xx; they cost nothing.', type: 'integer', example: 2 })
  readonly server_errors!: number;

  @ApiProperty({ description: 'Bytes of all bodies as sent, compressed.', type: 'integer', example: 40712345 })
  readonly bytes!: number;
}

/** Usage of one group. */
@ApiSchema({ description: 'Usage of one group; what the groups are not told apart by is null.' })
export class UsageGroup extends UsageNumbers {
  @ApiProperty({ description: 'UTC day.', nullable: true, type: String, example: '2026-11-21' })
  readonly day!: string | null;

  @ApiProperty({
    description: 'Operation id of the route, as in this document.',
    nullable: true,
    type: String,
    example: 'getIndicators',
  })
  readonly route!: string | null;

  @ApiProperty({
    description: 'Symbol; empty for routes without one.',
    nullable: true,
    type: String,
    example: 'EURUSD',
  })
  readonly symbol!: string | null;
}

/** Usage of one group, as admins see it. */
@ApiSchema({ description: 'Usage of one group, as admins see it; what the groups are not told apart by is null.' })
export class AdminUsageGroup extends UsageGroup {
  @ApiProperty({ description: 'Account.', nullable: true, type: String, example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly account_id!: string | null;

  @ApiProperty({ description: 'Its name.', nullable: true, type: String, example: 'Example Ltd' })
  readonly account_name!: string | null;
}

/** What the account used. */
@ApiSchema({ description: 'What the account used.' })
export class Usage {
  @ApiProperty({ description: 'Your account; all its keys together.', example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly account_id!: string;

  @ApiProperty({ description: 'First day, UTC.', example: '2026-11-01' })
  readonly from!: string;

  @ApiProperty({ description: 'The day after the last.', example: '2026-12-01' })
  readonly to!: string;

  @ApiProperty({ type: [UsageGroup], description: 'In ascending order; groups without a request are left out.' })
  readonly usage!: UsageGroup[];

  @ApiProperty({ type: UsageNumbers, description: 'All groups together.' })
  readonly total!: UsageNumbers;
}

/** Answer of GET /usage. */
@ApiSchema({ description: 'Answer of GET /usage.' })
export class UsageAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: Usage, description: 'What your account used.' })
  readonly data!: Usage;
}

/** Answer of GET /admin/usage. */
@ApiSchema({ description: 'Answer of GET /admin/usage.' })
export class AdminUsageAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: [AdminUsageGroup], description: 'One page, in ascending order of the groups.' })
  readonly data!: AdminUsageGroup[];

  @ApiProperty({ type: UsageNumbers, description: 'All pages together.' })
  readonly total!: UsageNumbers;

  @ApiProperty({ description: 'First day, UTC.', example: '2026-11-01' })
  readonly from!: string;

  @ApiProperty({ description: 'The day after the last.', example: '2026-12-01' })
  readonly to!: string;

  @ApiProperty({
    description: 'Cursor of the next page; null on the last.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly next_cursor!: string | null;
}

/** The numbers as answers show them. */
export function numbersView(counts: UsageCounts): Readonly<Pick<UsageNumbers, keyof UsageNumbers>> {
  const { requests, counted, limited, bytes } = counts;
  return {
    requests,
    counted,
    client_errors: counts.clientErrors,
    limited,
    server_errors: counts.serverErrors,
    bytes,
  };
}

/** A group as customers see it. */
export function groupView(
  sum: UsageSum,
  groupBy: readonly UsageDimension[],
): Readonly<Pick<UsageGroup, keyof UsageGroup>> {
  const value = (dimension: UsageDimension): string | null => sum.group[groupBy.indexOf(dimension)] ?? null;
  return { day: value('day'), route: value('route'), symbol: value('symbol'), ...numbersView(sum) };
}

/** A group as admins see it. */
export function adminGroupView(sum: UsageSum, groupBy: readonly UsageDimension[]): AdminUsageGroup {
  return {
    account_id: sum.group[groupBy.indexOf('account')] ?? null,
    account_name: sum.accountName ?? null,
    ...groupView(sum, groupBy),
  };
}

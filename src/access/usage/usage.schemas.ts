import {
  answerOf,
  EnumParameter,
  IntegerParameter,
  PageCursor,
  PageSize,
  NextCursor,
  Part,
  Parts,
  Schema,
  SuccessAnswer,
  Text,
  TextParameter,
  Whole,
} from '../../http/index.js';
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
export class UsageQuery {
  @TextParameter(FROM)
  readonly from?: string;

  @TextParameter(TO)
  readonly to?: string;

  @EnumParameter({
    values: ['day', 'route', 'symbol'],
    default: 'day',
    description: 'Dimension that the numbers are grouped by.',
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
    description:
      'Dimensions that the numbers are grouped by, in the order of the list: `account`, `day`, `route`, `symbol`.',
    example: 'account,day',
  })
  readonly group_by!: string;

  @IntegerParameter({
    min: 1,
    max: 1000,
    description: 'Number of accounts, those with the most counted requests first. Excludes the other filters.',
    example: 10,
  })
  readonly top?: number;

  @PageSize('Groups') readonly limit!: number;
  @PageCursor(/^[A-Za-z0-9_-]{1,800}$/, 'WyJFVVJVU0QiXQ') readonly cursor?: string;

  @EnumParameter({
    values: ['json', 'csv'],
    default: 'json',
    description: '`csv`: all groups as one table, without `limit`.',
    example: 'json',
  })
  readonly format!: 'json' | 'csv';
}

@Schema('Counts of requests, costs and bytes.')
export class UsageNumbersView {
  @Whole('Requests with a genuine key, with any answer.', 1250) readonly requests!: number;
  @Whole('Requests that count against the limits; the number to bill.', 1201) readonly counted!: number;
  @Whole('Answers 4xx, without 429.', 12) readonly client_errors!: number;
  @Whole('Answers 429: a limit was used up.', 40) readonly limited!: number;
  @Whole('Answers 5xx; they cost nothing.', 2) readonly server_errors!: number;
  @Whole('Bytes of all bodies as sent, compressed.', 40712345) readonly bytes!: number;
}

@Schema('Usage of one group; dimensions that are not grouped by are null.')
export class UsageGroupView extends UsageNumbersView {
  @Text('UTC day.', '2026-11-21', 'nullable') readonly day!: string | null;
  @Text('Operation id of the route, as in this document.', 'getIndicators', 'nullable') readonly route!: string | null;
  @Text('Symbol; empty for routes without one.', 'EURUSD', 'nullable') readonly symbol!: string | null;
}

@Schema('Usage of one group, for admins; dimensions that are not grouped by are null.')
export class AdminUsageGroupView extends UsageGroupView {
  @Text('Account.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S', 'nullable') readonly account_id!: string | null;
  @Text('Its name.', 'Example Ltd', 'nullable') readonly account_name!: string | null;
}

@Schema('Usage of the account.')
export class UsageView {
  @Text('Your account; all its keys together.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S') readonly account_id!: string;
  @Text('First day, UTC.', '2026-11-01') readonly from!: string;
  @Text('The day after the last.', '2026-12-01') readonly to!: string;
  @Parts('In ascending order; groups without a request are left out.', UsageGroupView)
  readonly usage!: UsageGroupView[];
  @Part('All groups together.', UsageNumbersView) readonly total!: UsageNumbersView;
}

export const UsageAnswer = answerOf('UsageAnswer', UsageView, 'What your account used.');

@Schema('Answer of GET /admin/usage.')
export class AdminUsageAnswer extends SuccessAnswer {
  @Parts('One page, in ascending order of the groups.', AdminUsageGroupView) readonly data!: AdminUsageGroupView[];
  @Part('All pages together.', UsageNumbersView) readonly total!: UsageNumbersView;
  @Text('First day, UTC.', '2026-11-01') readonly from!: string;
  @Text('The day after the last.', '2026-12-01') readonly to!: string;
  @NextCursor() readonly next_cursor!: string | null;
}

/** The numbers as answers show them. */
export function numbersView(counts: UsageCounts): Readonly<Pick<UsageNumbersView, keyof UsageNumbersView>> {
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

/** Renders a group for customers. */
export function groupView(
  sum: UsageSum,
  groupBy: readonly UsageDimension[],
): Readonly<Pick<UsageGroupView, keyof UsageGroupView>> {
  const value = (dimension: UsageDimension): string | null => sum.group[groupBy.indexOf(dimension)] ?? null;
  return { day: value('day'), route: value('route'), symbol: value('symbol'), ...numbersView(sum) };
}

/** Renders a group for admins. */
export function adminGroupView(sum: UsageSum, groupBy: readonly UsageDimension[]): AdminUsageGroupView {
  return {
    account_id: sum.group[groupBy.indexOf('account')] ?? null,
    account_name: sum.accountName ?? null,
    ...groupView(sum, groupBy),
  };
}

/** A real answer, as example of the OpenAPI document. */
export const USAGE_CSV_EXAMPLE =
  'account_id,account_name,requests,counted,client_errors,limited,server_errors,bytes\r\n' +
  '01K9ZC3V5E8Q2W4R6T7Y9U1A0S,Example Ltd,7,5,2,0,0,3182\r\n';

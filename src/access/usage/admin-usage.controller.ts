import { Get, type StreamableFile } from '@nestjs/common';
import {
  adminArea,
  AdminRoute,
  ApiController,
  csvAnswer,
  type CsvRow,
  InvalidParameterError,
  ValidQuery,
} from '../../http/index.js';
import type { UsageDimension, UsageSum } from '../../persistence/index.js';
import { dimensionsOf, UsageReports } from './usage-reports.js';
import { adminGroupView, AdminUsageAnswer, AdminUsageQuery, numbersView, USAGE_CSV_EXAMPLE } from './usage.schemas.js';

const USAGE_AREA = adminArea({ scope: 'usage', description: 'Read the usage of all accounts, for billing.' });

/** Admin routes of usage. */
@ApiController('admin/usage')
export class AdminUsageController {
  constructor(private readonly reports: UsageReports) {}

  @AdminRoute(USAGE_AREA, {
    summary: 'List usage by account, day, route or symbol',
    query: AdminUsageQuery,
    answer: AdminUsageAnswer,
    answerText: 'One page of groups, the accounts with the most requests, or everything as a table.',
    csv: USAGE_CSV_EXAMPLE,
  })
  @Get()
  async listUsage(@ValidQuery() query: AdminUsageQuery): Promise<Omit<AdminUsageAnswer, 'success'> | StreamableFile> {
    const { from, to, account_id, top, limit, cursor, format } = query;
    const groupBy = dimensionsOf(query.group_by);
    if (top !== undefined) refuseOtherFilters(query, groupBy);
    const filters = { groupBy, accountId: account_id, ...(from && { from }), ...(to && { to }) };
    if (format === 'csv') return csvAnswer('usage.csv', columnsOf(groupBy), this.table(filters));
    const report =
      top === undefined ? await this.reports.page(filters, { limit, cursor }) : await this.reports.top(filters, top);
    return {
      data: report.sums.map((sum) => adminGroupView(sum, groupBy)),
      total: numbersView(report.total),
      from: report.from,
      to: report.to,
      next_cursor: report.nextCursor ?? null,
    };
  }

  private async *table(filters: Parameters<UsageReports['pages']>[0]): AsyncGenerator<readonly CsvRow[]> {
    for await (const sums of this.reports.pages(filters)) yield sums.map((sum) => rowOf(sum, filters.groupBy));
  }
}

const NUMBERS = ['requests', 'counted', 'client_errors', 'limited', 'server_errors', 'bytes'] as const;

function refuseOtherFilters({ account_id, cursor, format }: AdminUsageQuery, groupBy: readonly string[]): void {
  if (account_id !== undefined || cursor !== undefined || format === 'csv' || groupBy.join() !== 'account') {
    throw InvalidParameterError.of('top', 'excludes account_id, cursor, format=csv and another group_by than account');
  }
}

function columnsOf(groupBy: readonly UsageDimension[]): readonly string[] {
  const groups = groupBy.flatMap((dimension) =>
    dimension === 'account' ? ['account_id', 'account_name'] : [dimension],
  );
  return [...groups, ...NUMBERS];
}

function rowOf(sum: UsageSum, groupBy: readonly UsageDimension[]): CsvRow {
  const groups = groupBy.flatMap((dimension, index) => {
    const value = sum.group[index] ?? '';
    return dimension === 'account' ? [value, sum.accountName ?? ''] : [value];
  });
  const numbers = numbersView(sum);
  return [...groups, ...NUMBERS.map((name) => numbers[name])];
}

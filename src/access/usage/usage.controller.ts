import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute, ValidQuery } from '../../http/index.js';
import { UsageReports } from './usage-reports.js';
import { groupView, numbersView, UsageAnswer, UsageQuery, type UsageView } from './usage.schemas.js';

/** Usage of the caller's account. */
@ApiTags('Account')
@ApiController('usage')
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @CustomerRoute({
    summary: 'Get the usage of your account, up to the last request; not counted',
    counted: false,
    query: UsageQuery,
    answer: UsageAnswer,
  })
  @Get()
  async getUsage(
    @CurrentCaller() { accountId }: Caller,
    @ValidQuery() { from, to, group_by }: UsageQuery,
  ): Promise<UsageView> {
    const groupBy = [group_by];
    const report = await this.reports.all({ accountId, groupBy, ...(from && { from }), ...(to && { to }) });
    return {
      account_id: accountId,
      from: report.from,
      to: report.to,
      usage: report.sums.map((sum) => groupView(sum, groupBy)),
      total: numbersView(report.total),
    };
  }
}

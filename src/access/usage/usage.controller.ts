import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute, ValidQuery } from '../../http/index.js';
import { USAGE_EXAMPLES } from './usage.examples.js';
import { UsageReports } from './usage-reports.js';
import { groupView, numbersView, UsageAnswer, UsageQueryParameters } from './usage.schemas.js';

/** Tells callers what they used. */
@ApiTags('Account')
@ApiController('usage')
export class UsageController {
  constructor(private readonly reports: UsageReports) {}

  @CustomerRoute({ counted: false, query: UsageQueryParameters })
  @Get()
  @ApiOperation({ operationId: 'getUsage', summary: 'What your account used, to the last request; not counted' })
  @ApiOkResponse({ description: 'Numbers of your account.', type: UsageAnswer, example: USAGE_EXAMPLES.usage })
  async getUsage(
    @CurrentCaller() { accountId }: Caller,
    @ValidQuery() { from, to, group_by }: UsageQueryParameters,
  ): Promise<UsageAnswer> {
    const groupBy = [group_by];
    const report = await this.reports.all({ accountId, groupBy, ...(from && { from }), ...(to && { to }) });
    return {
      success: true,
      data: {
        account_id: accountId,
        from: report.from,
        to: report.to,
        usage: report.sums.map((sum) => groupView(sum, groupBy)),
        total: numbersView(report.total),
      },
    };
  }
}

import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { LimitsAnswer, type LimitsView } from './limits.schemas.js';
import { seconds } from './rate-headers.js';
import { RateLimits } from './rate-limits.js';
import { DEFAULT_CONCURRENT, rateSubject } from './rate-policies.js';

/** What the caller has left of its limits. */
@ApiTags('Account')
@ApiController('limits')
export class LimitsController {
  constructor(
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  @CustomerRoute({ summary: 'Get what is left of your limits; not counted', counted: false, answer: LimitsAnswer })
  @Get()
  async getLimits(@CurrentCaller() { accountId, keyTier }: Caller): Promise<LimitsView> {
    const { windows, running } = await this.limits.state(rateSubject(accountId, keyTier));
    const policies = windows.map(({ policy, remaining, resetMs }) => ({
      name: policy.name,
      limit: policy.quota,
      window: seconds(policy.windowMs),
      remaining,
      reset_after: seconds(resetMs),
      reset: seconds(this.clock.nowMs() + resetMs),
    }));
    const concurrency = { limit: keyTier.limits.concurrent ?? DEFAULT_CONCURRENT, in_use: running };
    return { account_id: accountId, tier: keyTier.name, policies, concurrency };
  }
}

import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute } from '../http/index.js';
import { ACCESS_EXAMPLES } from './access.examples.js';
import { MeAnswer } from './me.schemas.js';

/** Tells callers who they are. */
@ApiTags('Account')
@ApiController('me')
export class MeController {
  @CustomerRoute({ counted: false })
  @Get()
  @ApiOperation({ operationId: 'getMe', summary: 'Your account, key, tier and limits; not counted' })
  @ApiOkResponse({ description: 'Who you are.', type: MeAnswer, example: ACCESS_EXAMPLES.me })
  getMe(@CurrentCaller() caller: Caller): MeAnswer {
    const { perMinute, perDay, concurrent } = caller.keyTier.limits;
    return {
      success: true,
      data: {
        account_id: caller.accountId,
        tier: caller.keyTier.name,
        effective_tier: caller.tier.name,
        key: { id: caller.keyId, kind: caller.kind, scopes: [...caller.scopes] },
        limits: { per_minute: perMinute, per_day: perDay ?? null, concurrent: concurrent ?? null },
      },
    };
  }
}

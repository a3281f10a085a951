import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiController, type Caller, CurrentCaller, CustomerRoute } from '../http/index.js';
import { MeAnswer, type MeView } from './me.schemas.js';

/** Account, key, tier and limits of the caller. */
@ApiTags('Account')
@ApiController('me')
export class MeController {
  @CustomerRoute({ summary: 'Get your account, key, tier and limits; not counted', counted: false, answer: MeAnswer })
  @Get()
  getMe(@CurrentCaller() caller: Caller): MeView {
    const { perMinute, perDay, concurrent } = caller.keyTier.limits;
    return {
      account_id: caller.accountId,
      tier: caller.keyTier.name,
      effective_tier: caller.tier.name,
      key: { id: caller.keyId, kind: caller.kind, scopes: [...caller.scopes] },
      limits: { per_minute: perMinute, per_day: perDay ?? null, concurrent: concurrent ?? null },
    };
  }
}

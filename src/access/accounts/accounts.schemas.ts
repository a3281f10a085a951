import { IsIn } from 'class-validator';
import {
  answerOf,
  EnumParameter,
  OneOf,
  PageCursor,
  pageOf,
  PageSize,
  Schema,
  Text,
  TextParameter,
  Whole,
} from '../../http/index.js';
import type { Account } from '../../persistence/index.js';
import { EXTERNAL_ID, EXTERNAL_ID_ALLOWED, IsExternalId, IsName, IsReason, IsTierName } from '../body.rules.js';

const STATES: Account['state'][] = ['active', 'suspended'];

@Schema('Body of POST /admin/accounts.')
export class CreateAccountBody {
  @Text('Who it is.', 'Example Ltd') @IsName() readonly name!: string;
  @Text('Name of a tier. Default: the lowest.', 'FREE', 'optional') @IsTierName() readonly tier?: string;
  @Text('Your own id of it, e.g. of your billing; no two accounts may share one.', 'customer-4711', 'optional')
  @IsExternalId()
  readonly external_id?: string;
}

@Schema('Body of PATCH /admin/accounts/{id}: what is left out stays.')
export class ChangeAccountBody {
  @Text('Who it is.', 'Example Ltd', 'optional') @IsName() readonly name?: string;
  @Text('Name of a tier; acts on all its keys within a second.', 'PRO', 'optional')
  @IsTierName()
  readonly tier?: string;
  @OneOf('Keys of suspended accounts are refused.', STATES, 'active', 'optional')
  @IsIn(STATES, { message: 'must be active or suspended' })
  readonly state?: Account['state'];
  @Text('Your own id of it; null takes it away.', 'customer-4711', 'optional, nullable')
  @IsExternalId(', or null')
  readonly external_id?: string | null;
}

@Schema('Body of POST /admin/accounts/{id}/suspend and /resume.')
export class AccountReasonBody {
  @Text('Why; kept with the account and in the audit trail.', 'invoice is overdue')
  @IsReason()
  readonly reason!: string;
}

/** Query of GET /admin/accounts. */
export class ListAccountsQuery {
  @PageSize('Accounts') readonly limit!: number;
  @PageCursor(/^[A-Za-z0-9_=-]{1,400}$/, 'WyIxNzY3NjE0NDAwMDAwIiwiMDFNN1owSCJd') readonly cursor?: string;
  @TextParameter({
    pattern: /^[A-Za-z0-9_-]{1,32}$/,
    allowed: 'the name of a tier',
    description: 'Only accounts of this tier.',
    example: 'PRO',
  })
  readonly tier?: string;
  @EnumParameter({ values: STATES, description: 'Only accounts in this state.', example: 'suspended' })
  readonly state?: Account['state'];
  @TextParameter({
    pattern: EXTERNAL_ID,
    allowed: EXTERNAL_ID_ALLOWED,
    description: 'Only the account with this id of yours.',
    example: 'customer-4711',
  })
  readonly external_id?: string;
  @TextParameter({
    pattern: /^[^\p{C}]{1,100}$/u,
    allowed: '1 to 100 characters without control characters',
    description: 'Only accounts with this text in name, external id or id; case does not count.',
    example: 'example',
  })
  readonly search?: string;
}

@Schema('An account as admins see it.')
export class AccountView {
  @Text('Names the account.', '01M7Z0HZM5T9M3ZSVHT2XANG17') readonly id!: string;
  @Text('Your own id of it.', 'customer-4711', 'nullable') readonly external_id!: string | null;
  @Text('Who it is.', 'Example Ltd') readonly name!: string;
  @Text('What its keys may use, and how often.', 'FREE') readonly tier!: string;
  @OneOf('Keys of suspended accounts are refused.', STATES, 'active') readonly state!: string;
  @Text('Why it was suspended or resumed last.', null, 'nullable') readonly state_reason!: string | null;
  @Whole('Goes up with each change; the `ETag` is made of it.', 1) readonly version!: number;
  @Text('When it was created.', '2026-11-21T12:16:04.749Z') readonly created_at!: string;
}

export const AccountAnswer = answerOf('AccountAnswer', AccountView, 'The account as it is now.');
export const AccountListAnswer = pageOf('AccountListAnswer', AccountView, 'One page, newest first.');

/** What admins see of an account. */
export function accountView(account: Account): AccountView {
  return {
    id: account.id,
    external_id: account.externalId ?? null,
    name: account.name,
    tier: account.tier,
    state: account.state,
    state_reason: account.stateReason ?? null,
    version: account.version,
    created_at: account.createdAt.toISOString(),
  };
}

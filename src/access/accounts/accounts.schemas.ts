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
  @Text('Name of the account.', 'Example Ltd') @IsName() readonly name!: string;
  @Text('Name of a tier. Default: the lowest.', 'FREE', 'optional') @IsTierName() readonly tier?: string;
  @Text('Your own id of the account, e.g. from your billing; unique among accounts.', 'customer-4711', 'optional')
  @IsExternalId()
  readonly external_id?: string;
}

@Schema('Body of PATCH /admin/accounts/{id}: members that are left out stay.')
export class ChangeAccountBody {
  @Text('Name of the account.', 'Example Ltd', 'optional') @IsName() readonly name?: string;
  @Text('Name of a tier; applies to all keys of the account within a second.', 'PRO', 'optional')
  @IsTierName()
  readonly tier?: string;
  @OneOf('Keys of suspended accounts are refused.', STATES, 'active', 'optional')
  @IsIn(STATES, { message: 'must be active or suspended' })
  readonly state?: Account['state'];
  @Text('Your own id of the account; null removes it.', 'customer-4711', 'optional, nullable')
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
    description: 'Only the account with this external id.',
    example: 'customer-4711',
  })
  readonly external_id?: string;
  @TextParameter({
    pattern: /^[^\p{C}]{1,100}$/u,
    allowed: '1 to 100 characters without control characters',
    description: 'Only accounts with this text in name, external id or id; case-insensitive.',
    example: 'example',
  })
  readonly search?: string;
}

@Schema('An account as admins see it.')
export class AccountView {
  @Text('Id of the account.', '01M7Z0HZM5T9M3ZSVHT2XANG17') readonly id!: string;
  @Text('Your own id of the account.', 'customer-4711', 'nullable') readonly external_id!: string | null;
  @Text('Name of the account.', 'Example Ltd') readonly name!: string;
  @Text('Tier of the account; sets symbols, timeframes and limits of its keys.', 'FREE') readonly tier!: string;
  @OneOf('Keys of suspended accounts are refused.', STATES, 'active') readonly state!: string;
  @Text('Why it was suspended or resumed last.', null, 'nullable') readonly state_reason!: string | null;
  @Whole('Increases with each change; the `ETag` contains it.', 1) readonly version!: number;
  @Text('When it was created.', '2026-11-21T12:16:04.749Z') readonly created_at!: string;
}

export const AccountAnswer = answerOf('AccountAnswer', AccountView, 'The account as it is now.');
export const AccountListAnswer = pageOf('AccountListAnswer', AccountView, 'One page, newest first.');

/** Renders an account for admins. */
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

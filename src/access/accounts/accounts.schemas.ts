import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsString, Matches, ValidateIf } from 'class-validator';
import { EnumParameter, IntegerParameter, TextParameter } from '../../http/index.js';
import type { Account } from '../../persistence/index.js';
import { EXTERNAL_ID, EXTERNAL_ID_ALLOWED, IsName, IsReason, MayBeAbsent } from '../body.rules.js';

const STATES: Account['state'][] = ['active', 'suspended'];

/** Body of POST /admin/accounts. */
@ApiSchema({ description: 'Body of POST /admin/accounts.' })
export class CreateAccountBody {
  @ApiProperty({ description: 'Who it is.', example: 'Example Ltd' })
  @IsName()
  readonly name!: string;

  @ApiProperty({ description: 'Name of a tier. Default: the lowest.', required: false, example: 'FREE' })
  @MayBeAbsent()
  @IsString({ message: 'must be the name of a tier' })
  readonly tier?: string;

  @ApiProperty({
    description: 'Your own id of it, e.g. of your billing; no two accounts may share one.',
    required: false,
    example: 'customer-4711',
  })
  @MayBeAbsent()
  @Matches(EXTERNAL_ID, { message: `must be ${EXTERNAL_ID_ALLOWED}` })
  readonly external_id?: string;
}

/** Body of PATCH /admin/accounts/{id}: what is left out stays. */
@ApiSchema({ description: 'Body of PATCH /admin/accounts/{id}: what is left out stays.' })
export class ChangeAccountBody {
  @ApiProperty({ description: 'Who it is.', required: false, example: 'Example Ltd' })
  @MayBeAbsent()
  @IsName()
  readonly name?: string;

  @ApiProperty({
    description: 'Name of a tier; acts on all its keys within a second.',
    required: false,
    example: 'PRO',
  })
  @MayBeAbsent()
  @IsString({ message: 'must be the name of a tier' })
  readonly tier?: string;

  @ApiProperty({
    description: 'Keys of suspended accounts are refused.',
    required: false,
    enum: STATES,
    example: 'active',
  })
  @MayBeAbsent()
  @IsIn(STATES, { message: 'must be active or suspended' })
  readonly state?: Account['state'];

  @ApiProperty({
    description: 'Your own id of it; null takes it away.',
    required: false,
    nullable: true,
    type: String,
    example: 'customer-4711',
  })
  @ValidateIf((_body, value) => value !== undefined && value !== null)
  @Matches(EXTERNAL_ID, { message: `must be ${EXTERNAL_ID_ALLOWED}, or null` })
  readonly external_id?: string | null;
}

/** Body of POST /admin/accounts/{id}/suspend and /resume. */
@ApiSchema({ description: 'Body of POST /admin/accounts/{id}/suspend and /resume.' })
export class AccountReasonBody {
  @ApiProperty({ description: 'Why; kept with the account and in the audit trail.', example: 'invoice is overdue' })
  @IsReason()
  readonly reason!: string;
}

/** Query of GET /admin/accounts. */
export class ListAccountsQuery {
  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Accounts a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^[A-Za-z0-9_=-]{1,400}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'MTc2NzYxNDQwMDAwMDowMU03WjBI',
  })
  readonly cursor?: string;

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

/** An account as admins see it. */
@ApiSchema({ description: 'An account as admins see it.' })
export class AccountView {
  @ApiProperty({ description: 'Names the account.', example: '01M7Z0HZM5T9M3ZSVHT2XANG17' })
  readonly id!: string;

  @ApiProperty({ description: 'Your own id of it.', nullable: true, type: String, example: 'customer-4711' })
  readonly external_id!: string | null;

  @ApiProperty({ description: 'Who it is.', example: 'Example Ltd' })
  readonly name!: string;

  @ApiProperty({ description: 'What its keys may use, and how often.', example: 'PRO' })
  readonly tier!: string;

  @ApiProperty({ description: 'Keys of suspended accounts are refused.', enum: STATES, example: 'active' })
  readonly state!: string;

  @ApiProperty({ description: 'Why it was suspended or resumed last.', nullable: true, type: String, example: null })
  readonly state_reason!: string | null;

  @ApiProperty({ description: 'Goes up with each change; the `ETag` is made of it.', type: 'integer', example: 1 })
  readonly version!: number;

  @ApiProperty({ description: 'When it was made.', example: '2026-11-21T12:00:00.000Z' })
  readonly created_at!: string;
}

/** Answer of the routes that give one account. */
@ApiSchema({ description: 'Answer of the routes that give one account.' })
export class AccountAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: AccountView, description: 'The account as it is now.' })
  readonly data!: AccountView;
}

/** Answer of GET /admin/accounts. */
@ApiSchema({ description: 'Answer of GET /admin/accounts.' })
export class AccountListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: [AccountView], description: 'One page, newest first.' })
  readonly data!: AccountView[];

  @ApiProperty({
    description: 'Cursor of the next page; null on the last.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly next_cursor!: string | null;
}

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

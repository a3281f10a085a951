import { Get, Patch, Post } from '@nestjs/common';
import {
  adminArea,
  type Actor,
  AdminRoute,
  ApiController,
  CurrentActor,
  IfMatch,
  type Page,
  PathText,
  ValidBody,
  ValidQuery,
} from '../../http/index.js';
import { AccountRegistry } from './account-registry.js';
import {
  AccountAnswer,
  AccountListAnswer,
  AccountReasonBody,
  type AccountView,
  accountView,
  ChangeAccountBody,
  CreateAccountBody,
  ListAccountsQuery,
} from './accounts.schemas.js';

const ACCOUNTS_AREA = adminArea({
  scope: 'accounts',
  description: 'Create, find, change, suspend and resume accounts.',
});

const AccountId = () => PathText('id', 'Id of the account.', '01M7Z0HZM5T9M3ZSVHT2XANG17');
const ONE = { answer: AccountAnswer, etag: true } as const;

/** Admin routes of accounts. */
@ApiController('admin/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountRegistry) {}

  @AdminRoute(ACCOUNTS_AREA, { ...ONE, summary: 'Create an account; its keys are created at /admin/keys', status: 201 })
  @Post()
  async createAccount(
    @ValidBody({ name: 'Example Ltd', tier: 'FREE', external_id: 'customer-4711' }) body: CreateAccountBody,
    @CurrentActor() by: Actor,
  ): Promise<AccountView> {
    const { name, tier, external_id: externalId } = body;
    return accountView(await this.accounts.create({ name, tier: tier?.toUpperCase(), externalId }, by));
  }

  @AdminRoute(ACCOUNTS_AREA, {
    summary: 'List accounts, newest first',
    query: ListAccountsQuery,
    answer: AccountListAnswer,
  })
  @Get()
  async listAccounts(@ValidQuery() query: ListAccountsQuery): Promise<Page<AccountView>> {
    const { limit, cursor, tier, state, external_id: externalId, search } = query;
    const page = await this.accounts.list({ limit, cursor, tier: tier?.toUpperCase(), state, externalId, search });
    return { items: page.items.map(accountView), nextCursor: page.nextCursor };
  }

  @AdminRoute(ACCOUNTS_AREA, { ...ONE, summary: 'Get an account' })
  @Get(':id')
  async getAccount(@AccountId() id: string): Promise<AccountView> {
    return accountView(await this.accounts.get(id));
  }

  @AdminRoute(ACCOUNTS_AREA, {
    ...ONE,
    summary: 'Change tier, state, name or external id of an account',
    description:
      'Applies to all keys of the account within a second. Your own account cannot be suspended by its own key. ' +
      'An account that owns a key with a scope that your own key lacks is refused with 403, and one that owns the ' +
      'last key with the scope `*` cannot be suspended.',
    example: { data: { tier: 'PRO', version: 2 } },
  })
  @Patch(':id')
  async changeAccount(
    @AccountId() id: string,
    @ValidBody({ tier: 'PRO' }) body: ChangeAccountBody,
    @IfMatch() version: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<AccountView> {
    const { name, state, external_id: externalId, tier } = body;
    return accountView(
      await this.accounts.change(id, { name, state, externalId, tier: tier?.toUpperCase() }, by, version),
    );
  }

  @AdminRoute(ACCOUNTS_AREA, {
    ...ONE,
    summary: 'Suspend an account: its keys are refused until it is resumed',
    example: { data: { state: 'suspended', state_reason: 'invoice is overdue', version: 2 } },
  })
  @Post(':id/suspend')
  async suspendAccount(
    @AccountId() id: string,
    @ValidBody() { reason }: AccountReasonBody,
    @IfMatch() version: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<AccountView> {
    return accountView(await this.accounts.change(id, { state: 'suspended', reason }, by, version));
  }

  @AdminRoute(ACCOUNTS_AREA, {
    ...ONE,
    summary: 'Resume a suspended account',
    example: { data: { state_reason: 'paid', version: 3 } },
  })
  @Post(':id/resume')
  async resumeAccount(
    @AccountId() id: string,
    @ValidBody({ reason: 'paid' }) { reason }: AccountReasonBody,
    @IfMatch() version: number | undefined,
    @CurrentActor() by: Actor,
  ): Promise<AccountView> {
    return accountView(await this.accounts.change(id, { state: 'active', reason }, by, version));
  }
}

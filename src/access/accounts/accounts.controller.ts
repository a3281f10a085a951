import { Get, HttpCode, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  IfMatch,
  ProblemResponses,
  ValidBody,
  ValidQuery,
  versionEtag,
  VersionedWrite,
} from '../../http/index.js';
import type { Account } from '../../persistence/index.js';
import { actorOf } from '../actor.js';
import { AccountRegistry, type AccountWish } from './account-registry.js';
import { ACCOUNT_EXAMPLES } from './accounts.examples.js';
import {
  AccountAnswer,
  AccountListAnswer,
  AccountReasonBody,
  accountView,
  ChangeAccountBody,
  CreateAccountBody,
  ListAccountsQuery,
} from './accounts.schemas.js';

const ID = { name: 'id', type: String, description: 'Id of the account.', example: '01M7Z0HZM5T9M3ZSVHT2XANG17' };
const BODY_FAULTS = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;
const ETAG = {
  ETag: { description: 'The version, for If-Match.', schema: { type: 'string' }, example: '"v1"' },
} as const;

/** What a change needs besides the wish. */
interface Change {
  readonly id: string;
  readonly version: number | undefined;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Admin routes of accounts. */
@ApiTags('Admin: accounts')
@ApiController('admin/accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountRegistry) {}

  @AdminRoute('accounts')
  @Post()
  @ApiOperation({ operationId: 'createAccount', summary: 'Make an account; its keys are made at /admin/keys' })
  @ApiBody({ type: CreateAccountBody, examples: { create: { value: ACCOUNT_EXAMPLES.createBody } } })
  @ApiCreatedResponse({
    description: 'The account.',
    type: AccountAnswer,
    example: ACCOUNT_EXAMPLES.account,
    headers: ETAG,
  })
  @ProblemResponses(...BODY_FAULTS)
  async createAccount(
    @ValidBody() body: CreateAccountBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    const order = { name: body.name, tier: body.tier?.toUpperCase(), externalId: body.external_id };
    return answerOf(await this.accounts.create(order, actorOf(caller, request)), reply);
  }

  @AdminRoute('accounts', { query: ListAccountsQuery })
  @Get()
  @ApiOperation({ operationId: 'listAccounts', summary: 'Accounts, newest first' })
  @ApiOkResponse({ description: 'One page.', type: AccountListAnswer, example: ACCOUNT_EXAMPLES.accounts })
  async listAccounts(@ValidQuery() query: ListAccountsQuery): Promise<AccountListAnswer> {
    const { limit, cursor, tier, state, external_id: externalId, search } = query;
    const page = await this.accounts.list({ limit, cursor, tier: tier?.toUpperCase(), state, externalId, search });
    return { success: true, data: page.items.map(accountView), next_cursor: page.nextCursor ?? null };
  }

  @AdminRoute('accounts')
  @Get(':id')
  @ApiOperation({ operationId: 'getAccount', summary: 'One account' })
  @ApiParam(ID)
  @ApiOkResponse({ description: 'The account.', type: AccountAnswer, example: ACCOUNT_EXAMPLES.account, headers: ETAG })
  @ProblemResponses('not-found')
  async getAccount(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountAnswer> {
    return answerOf(await this.accounts.get(id.slice(0, 64)), reply);
  }

  @AdminRoute('accounts')
  @VersionedWrite()
  @Patch(':id')
  @ApiOperation({
    operationId: 'changeAccount',
    summary: 'Change tier, state, name or external id',
    description:
      'Acts on all keys of the account within a second. Your own account cannot be suspended by its own key. ' +
      'An account that owns a key with a scope that your own key lacks is refused with 403, and one that owns the ' +
      'last key with the scope `*` cannot be suspended.',
  })
  @ApiParam(ID)
  @ApiBody({ type: ChangeAccountBody, examples: { upgrade: { value: ACCOUNT_EXAMPLES.changeBody } } })
  @ApiOkResponse({
    description: 'The account as it is now.',
    type: AccountAnswer,
    example: ACCOUNT_EXAMPLES.changed,
    headers: ETAG,
  })
  @ProblemResponses(...BODY_FAULTS, 'not-found')
  changeAccount(
    @Param('id') id: string,
    @ValidBody() body: ChangeAccountBody,
    @IfMatch() version: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    const { name, state, external_id: externalId } = body;
    const wish = { name, state, externalId, tier: body.tier?.toUpperCase() };
    return this.change(wish, { id, version, caller, request, reply });
  }

  @AdminRoute('accounts')
  @VersionedWrite()
  @Post(':id/suspend')
  @HttpCode(200)
  @ApiOperation({ operationId: 'suspendAccount', summary: 'Refuse all keys of an account until it is resumed' })
  @ApiParam(ID)
  @ApiBody({ type: AccountReasonBody, examples: { suspend: { value: ACCOUNT_EXAMPLES.suspendBody } } })
  @ApiOkResponse({
    description: 'The account as it is now.',
    type: AccountAnswer,
    example: ACCOUNT_EXAMPLES.suspended,
    headers: ETAG,
  })
  @ProblemResponses(...BODY_FAULTS, 'not-found')
  suspendAccount(
    @Param('id') id: string,
    @ValidBody() { reason }: AccountReasonBody,
    @IfMatch() version: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    return this.change({ state: 'suspended', reason }, { id, version, caller, request, reply });
  }

  @AdminRoute('accounts')
  @VersionedWrite()
  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeAccount', summary: 'Let the keys of a suspended account in again' })
  @ApiParam(ID)
  @ApiBody({ type: AccountReasonBody, examples: { resume: { value: ACCOUNT_EXAMPLES.resumeBody } } })
  @ApiOkResponse({
    description: 'The account as it is now.',
    type: AccountAnswer,
    example: ACCOUNT_EXAMPLES.resumed,
    headers: ETAG,
  })
  @ProblemResponses(...BODY_FAULTS, 'not-found')
  resumeAccount(
    @Param('id') id: string,
    @ValidBody() { reason }: AccountReasonBody,
    @IfMatch() version: number | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    return this.change({ state: 'active', reason }, { id, version, caller, request, reply });
  }

  private async change(wish: AccountWish, { id, version, caller, request, reply }: Change): Promise<AccountAnswer> {
    const changed = await this.accounts.change(id.slice(0, 64), wish, actorOf(caller, request), version);
    return answerOf(changed, reply);
  }
}

function answerOf(account: Account, reply: FastifyReply): AccountAnswer {
  void reply.header('etag', versionEtag(account.version));
  return { success: true, data: accountView(account) };
}

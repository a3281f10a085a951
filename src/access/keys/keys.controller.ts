import { Get, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  ProblemResponses,
  ValidBody,
  ValidQuery,
} from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { ScopeRequiredError } from '../access.errors.js';
import { actorOf } from '../actor.js';
import { timeOf } from '../body.rules.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyIssuer } from './key-issuer.js';
import { CreateKeyBody, ListKeysQuery, RevokeKeyBody, RotateKeyBody, VerifyKeyBody } from './keys.bodies.js';
import { KEY_EXAMPLES } from './keys.examples.js';
import {
  IssuedKeyAnswer,
  KeyAnswer,
  KeyListAnswer,
  keyView,
  RotatedKeyAnswer,
  VerifiedKeyAnswer,
} from './keys.schemas.js';

const ID = { name: 'id', type: String, description: 'Id of the key.', example: 'jXmGXMMoGj' };
const BODY_FAULTS = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;

/** Admin routes of keys. */
@ApiTags('Admin: keys')
@ApiController('admin/keys')
export class KeysController {
  constructor(
    private readonly issuer: KeyIssuer,
    private readonly authenticator: KeyAuthenticator,
    private readonly clock: Clock,
  ) {}

  @AdminRoute('keys')
  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'createKey', summary: 'Make a key for a new or an existing account; shown once' })
  @ApiBody({ type: CreateKeyBody, examples: { create: { value: KEY_EXAMPLES.createBody } } })
  @ApiCreatedResponse({ description: 'The key, once.', type: IssuedKeyAnswer, example: KEY_EXAMPLES.created })
  @ProblemResponses(...BODY_FAULTS, 'not-found')
  async createKey(
    @ValidBody() body: CreateKeyBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<IssuedKeyAnswer> {
    if (body.account_id === undefined) requireAccountsScope(caller);
    const order = {
      kind: body.kind,
      name: body.name,
      accountId: body.account_id,
      accountName: body.account_name,
      tier: body.tier?.toUpperCase(),
      scopes: body.scopes,
      allowedAddresses: body.allowed_addresses,
      notBefore: timeOf(body.not_before),
      expiresAt: timeOf(body.expires_at),
    };
    const issued = await this.issuer.create(order, actorOf(caller, request));
    return { success: true, data: { key: issued.text, ...keyView(issued) } };
  }

  @AdminRoute('keys', { query: ListKeysQuery })
  @Get()
  @ApiOperation({ operationId: 'listKeys', summary: 'Keys, newest first' })
  @ApiOkResponse({ description: 'One page of keys.', type: KeyListAnswer, example: KEY_EXAMPLES.keys })
  async listKeys(@ValidQuery() query: ListKeysQuery): Promise<KeyListAnswer> {
    const { limit, cursor, account_id: accountId, kind, state } = query;
    const at = new Date(this.clock.nowMs());
    const inState = state === undefined ? undefined : { state, at };
    const page = await this.issuer.list({ limit, cursor, accountId, kind, inState });
    return { success: true, data: { keys: page.items.map(keyView) }, next_cursor: page.nextCursor ?? null };
  }

  @AdminRoute('keys')
  @Post('verify')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'verifyKey',
    summary: 'What a key is, and whether it would be let in now',
    description: 'Changes nothing; the key is neither kept nor logged, and does not count as used.',
  })
  @ApiBody({ type: VerifyKeyBody, examples: { verify: { value: KEY_EXAMPLES.verifyBody } } })
  @ApiOkResponse({ description: 'What it is worth.', type: VerifiedKeyAnswer, example: KEY_EXAMPLES.verified })
  @ProblemResponses(...BODY_FAULTS)
  async verifyKey(@ValidBody() body: VerifyKeyBody): Promise<VerifiedKeyAnswer> {
    const { record, refusal } = await this.authenticator.examine(body.key.trim(), body.address);
    const key = record === undefined ? null : keyView(record);
    return { success: true, data: { usable: refusal === undefined, reason: refusal ?? null, key } };
  }

  @AdminRoute('keys')
  @Get(':id')
  @ApiOperation({ operationId: 'getKey', summary: 'One key' })
  @ApiParam(ID)
  @ApiOkResponse({ description: 'The key.', type: KeyAnswer, example: KEY_EXAMPLES.key })
  @ProblemResponses('not-found')
  async getKey(@Param('id') id: string): Promise<KeyAnswer> {
    return { success: true, data: keyView(await this.issuer.get(id.slice(0, 64))) };
  }

  @AdminRoute('keys')
  @Post(':id/rotate')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'rotateKey',
    summary: 'Put a new key in the place of another; both work for the overlap',
    description:
      'The new key has the account, kind, name, scopes and addresses of the old one. It is shown once. ' +
      'A key with a scope that your own key lacks is refused with 403. The last key with the scope `*` ' +
      'cannot get a successor that ends within a day, unless the old key would have ended then too.',
  })
  @ApiParam(ID)
  @ApiBody({ type: RotateKeyBody, examples: { rotate: { value: KEY_EXAMPLES.rotateBody } } })
  @ApiCreatedResponse({ description: 'Both keys.', type: RotatedKeyAnswer, example: KEY_EXAMPLES.rotated })
  @ProblemResponses(...BODY_FAULTS, 'not-found', 'precondition-failed')
  async rotateKey(
    @Param('id') id: string,
    @ValidBody() body: RotateKeyBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<RotatedKeyAnswer> {
    const order = { overlapSeconds: body.overlap_seconds, expiresAt: timeOf(body.expires_at) };
    const rotated = await this.issuer.rotate(id.slice(0, 64), order, actorOf(caller, request));
    return { success: true, data: { key: rotated.text, ...keyView(rotated), old_key: keyView(rotated.old) } };
  }

  @AdminRoute('keys')
  @Post(':id/revoke')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'Revoke a key at once and for ever',
    description:
      'A key with a scope that your own key lacks is refused with 403. The last key with the scope `*` that works ' +
      'for more than a day is refused with 400: make another one first, or use `npm run keys`.',
  })
  @ApiParam(ID)
  @ApiBody({ type: RevokeKeyBody, examples: { revoke: { value: KEY_EXAMPLES.revokeBody } } })
  @ApiOkResponse({ description: 'The key as it is now.', type: KeyAnswer, example: KEY_EXAMPLES.revoked })
  @ProblemResponses(...BODY_FAULTS, 'not-found')
  async revokeKey(
    @Param('id') id: string,
    @ValidBody() body: RevokeKeyBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<KeyAnswer> {
    const revoked = await this.issuer.revoke(id.slice(0, 64), body.reason, actorOf(caller, request));
    return { success: true, data: keyView(revoked) };
  }
}

/** A key without an account makes one, which is another area than that of keys. */
function requireAccountsScope({ scopes }: Caller): void {
  if (scopes.includes('*') || scopes.includes('accounts')) return;
  throw new ScopeRequiredError('a new account needs the scope accounts; name an account_id that exists', 'accounts');
}

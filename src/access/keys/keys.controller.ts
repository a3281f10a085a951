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
import { ACCESS_EXAMPLES } from '../access.examples.js';
import { ScopeRequiredError } from '../access.errors.js';
import { type Actor, KeyIssuer } from './key-issuer.js';
import {
  CreateKeyBody,
  IssuedKeyAnswer,
  KeyAnswer,
  KeyListAnswer,
  keyView,
  ListKeysQuery,
  RevokeKeyBody,
} from './keys.schemas.js';

/** Admin routes of keys. */
@ApiTags('Admin: keys')
@ApiController('admin/keys')
export class KeysController {
  constructor(private readonly issuer: KeyIssuer) {}

  @AdminRoute('keys')
  @Post()
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'createKey', summary: 'Make a key for a new or an existing account; shown once' })
  @ApiBody({ type: CreateKeyBody, examples: { create: { value: ACCESS_EXAMPLES.createBody } } })
  @ApiCreatedResponse({ description: 'The key, once.', type: IssuedKeyAnswer, example: ACCESS_EXAMPLES.created })
  @ProblemResponses('invalid-parameter', 'not-found', 'payload-too-large', 'unsupported-media-type')
  async createKey(
    @ValidBody() body: CreateKeyBody,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<IssuedKeyAnswer> {
    const scopes = body.kind === 'adm' ? grantedScopes(body.scopes, caller) : body.scopes;
    const order = {
      kind: body.kind,
      name: body.name,
      accountId: body.account_id,
      accountName: body.account_name,
      tier: body.tier?.toUpperCase(),
      scopes,
      notBefore: timeOf(body.not_before),
      expiresAt: timeOf(body.expires_at),
    };
    const issued = await this.issuer.create(order, actorOf(caller, request));
    return { success: true, data: { key: issued.text, ...keyView(issued) } };
  }

  @AdminRoute('keys', { query: ListKeysQuery })
  @Get()
  @ApiOperation({ operationId: 'listKeys', summary: 'Keys, newest first' })
  @ApiOkResponse({ description: 'One page of keys.', type: KeyListAnswer, example: ACCESS_EXAMPLES.keys })
  async listKeys(@ValidQuery() query: ListKeysQuery): Promise<KeyListAnswer> {
    const page = await this.issuer.list({
      limit: query.limit,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
      ...(query.account_id === undefined ? {} : { accountId: query.account_id }),
    });
    return { success: true, data: { keys: page.items.map(keyView) }, next_cursor: page.nextCursor ?? null };
  }

  @AdminRoute('keys')
  @Post(':id/revoke')
  @HttpCode(200)
  @ApiOperation({ operationId: 'revokeKey', summary: 'Revoke a key at once and for ever' })
  @ApiParam({ name: 'id', type: String, description: 'Id of the key.', example: '7hJk2LmN0p' })
  @ApiBody({ type: RevokeKeyBody, examples: { revoke: { value: ACCESS_EXAMPLES.revokeBody } } })
  @ApiOkResponse({ description: 'The key as it is now.', type: KeyAnswer, example: ACCESS_EXAMPLES.revoked })
  @ProblemResponses('invalid-parameter', 'not-found', 'payload-too-large', 'unsupported-media-type')
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

function actorOf(caller: Caller, request: FastifyRequest): Actor {
  return { actor: `key:${caller.keyId}`, requestId: request.id };
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** Nobody can give away more than they have. */
function grantedScopes(wanted: readonly string[] | undefined, caller: Caller): readonly string[] {
  if (wanted === undefined || wanted.length === 0) return caller.scopes;
  const lacking = caller.scopes.includes('*') ? undefined : wanted.find((scope) => !caller.scopes.includes(scope));
  if (lacking === undefined) return wanted;
  throw new ScopeRequiredError(`your own key lacks the scope ${lacking}, so you cannot grant it`, lacking);
}

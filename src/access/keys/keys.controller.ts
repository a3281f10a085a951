import { Get, Header, Post } from '@nestjs/common';
import {
  adminArea,
  type Actor,
  AdminRoute,
  ApiController,
  type Caller,
  CurrentActor,
  CurrentCaller,
  PathText,
  ValidBody,
  ValidQuery,
} from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { ScopeRequiredError } from '../access.errors.js';
import { timeOf } from '../body.rules.js';
import { KeyAuthenticator } from '../admission/key-authenticator.js';
import { KeyIssuer } from './key-issuer.js';
import { CreateKeyBody, ListKeysQuery, RevokeKeyBody, RotateKeyBody, VerifyKeyBody } from './keys.bodies.js';
import {
  IssuedKeyAnswer,
  type IssuedKeyView,
  KeyAnswer,
  KeyListAnswer,
  type KeyView,
  keyView,
  RotatedKeyAnswer,
  type RotatedKeyView,
  VerifiedKeyAnswer,
  type VerifiedKeyView,
} from './keys.schemas.js';

const KEYS_AREA = adminArea({ scope: 'keys', description: 'Create, list, verify, rotate and revoke keys.' });

const KeyId = () => PathText('id', 'Id of the key.', 'jXmGXMMoGj');

/** Admin routes of keys. */
@ApiController('admin/keys')
export class KeysController {
  constructor(
    private readonly issuer: KeyIssuer,
    private readonly authenticator: KeyAuthenticator,
    private readonly clock: Clock,
  ) {}

  @AdminRoute(KEYS_AREA, {
    summary: 'Create a key for a new or an existing account; it is shown once',
    answer: IssuedKeyAnswer,
    status: 201,
    errors: ['not-found'],
  })
  @Post()
  @Header('cache-control', 'no-store')
  async createKey(
    @ValidBody({ kind: 'live', name: 'web shop', account_name: 'Example Ltd', tier: 'PRO' }) body: CreateKeyBody,
    @CurrentCaller() caller: Caller,
    @CurrentActor() by: Actor,
  ): Promise<IssuedKeyView> {
    if (body.account_id === undefined) requireAccountsScope(caller);
    const newKey = {
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
    const issued = await this.issuer.create(newKey, by);
    return { key: issued.text, ...keyView(issued) };
  }

  @AdminRoute(KEYS_AREA, { summary: 'List keys, newest first', query: ListKeysQuery, answer: KeyListAnswer })
  @Get()
  async listKeys(@ValidQuery() query: ListKeysQuery): Promise<Omit<KeyListAnswer, 'success'>> {
    const { limit, cursor, account_id: accountId, kind, state } = query;
    const at = new Date(this.clock.nowMs());
    const inState = state === undefined ? undefined : { state, at };
    const page = await this.issuer.list({ limit, cursor, accountId, kind, inState });
    return { data: { keys: page.items.map(keyView) }, next_cursor: page.nextCursor ?? null };
  }

  @AdminRoute(KEYS_AREA, {
    summary: 'Verify a key: its owner, and whether it would be admitted now',
    description: 'Changes nothing: the key is neither stored nor logged, and its time of last use stays.',
    answer: VerifiedKeyAnswer,
  })
  @Post('verify')
  @Header('cache-control', 'no-store')
  async verifyKey(@ValidBody() body: VerifyKeyBody): Promise<VerifiedKeyView> {
    const { record, refusal } = await this.authenticator.examine(body.key.trim(), body.address);
    const key = record === undefined ? null : keyView(record);
    return { usable: refusal === undefined, reason: refusal ?? null, key };
  }

  @AdminRoute(KEYS_AREA, { summary: 'Get a key', answer: KeyAnswer })
  @Get(':id')
  async getKey(@KeyId() id: string): Promise<KeyView> {
    return keyView(await this.issuer.get(id));
  }

  @AdminRoute(KEYS_AREA, {
    summary: 'Rotate a key; old and new key both work for the overlap',
    description:
      'The new key has the account, kind, name, scopes and addresses of the old one. It is shown once. ' +
      'A key with a scope that your own key lacks is refused with 403. The last key with the scope `*` ' +
      'cannot get a successor that ends within a day, unless the old key would have ended then too.',
    answer: RotatedKeyAnswer,
    status: 201,
    example: { data: { id: 'q3VtY8nLwB', old_key: { replaced_by: 'q3VtY8nLwB' } } },
    errors: ['precondition-failed'],
  })
  @Post(':id/rotate')
  @Header('cache-control', 'no-store')
  async rotateKey(
    @KeyId() id: string,
    @ValidBody({ overlap_seconds: 86_400 }) body: RotateKeyBody,
    @CurrentActor() by: Actor,
  ): Promise<RotatedKeyView> {
    const options = { overlapSeconds: body.overlap_seconds, expiresAt: timeOf(body.expires_at) };
    const rotated = await this.issuer.rotate(id, options, by);
    return { key: rotated.text, ...keyView(rotated), old_key: keyView(rotated.old) };
  }

  @AdminRoute(KEYS_AREA, {
    summary: 'Revoke a key, effective immediately and permanently',
    description:
      'A key with a scope that your own key lacks is refused with 403. The last key with the scope `*` that works ' +
      'for more than a day is refused with 400: create another one first, or use `npm run keys`.',
    answer: KeyAnswer,
    example: { data: { revoked_at: '2026-11-21T12:16:04.895Z', revoked_reason: 'leaked in a log' } },
  })
  @Post(':id/revoke')
  async revokeKey(@KeyId() id: string, @ValidBody() body: RevokeKeyBody, @CurrentActor() by: Actor): Promise<KeyView> {
    return keyView(await this.issuer.revoke(id, body.reason, by));
  }
}

/** A key without an account creates one, which needs the scope of accounts too. */
function requireAccountsScope({ scopes }: Caller): void {
  if (scopes.includes('*') || scopes.includes('accounts')) return;
  throw new ScopeRequiredError('a new account needs the scope accounts; name an account_id that exists', 'accounts');
}

import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import {
  EnumParameter,
  PageCursor,
  PageSize,
  OneOf,
  Schema,
  Text,
  TextParameter,
  Texts,
  Whole,
} from '../../http/index.js';
import { ADMIN_SCOPES } from '../authority/scopes.js';
import type { KeyKind, KeyState } from '../../persistence/index.js';
import {
  ACCOUNT_ID,
  ACCOUNT_ID_ALLOWED,
  IsMoment,
  IsName,
  IsReason,
  IsTierName,
  IsWholeNumber,
} from '../body.rules.js';
import { IsAddress, IsAddressList } from '../credentials/address.rules.js';

/** Kinds of keys. */
export const KEY_KINDS: KeyKind[] = ['live', 'test', 'adm'];
/** States of keys at a moment. */
export const KEY_STATES: KeyState[] = ['active', 'not_yet_valid', 'expired', 'revoked'];
const MAX_ADDRESSES = 50;
const MAX_OVERLAP_SECONDS = 30 * 86_400;

@Schema('Body of POST /admin/keys.')
export class CreateKeyBody {
  @OneOf('`live` reads data, `test` reads simulated data only, `adm` uses admin routes.', KEY_KINDS, 'live')
  @IsIn(KEY_KINDS, { message: 'must be live, test or adm' })
  readonly kind!: KeyKind;
  @Text('What the key is for.', 'web shop') @IsName() readonly name!: string;
  @Text(
    'An existing account; without it a new one is created, which also needs the scope `accounts`.',
    '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
    'optional',
  )
  @Matches(ACCOUNT_ID, { message: `must be ${ACCOUNT_ID_ALLOWED}` })
  readonly account_id?: string;
  @Text('Name of a new account. Default: the name of the key.', 'Example Ltd', 'optional')
  @IsName()
  readonly account_name?: string;
  @Text('Tier of a new account. Default: the lowest.', 'PRO', 'optional')
  @IsTierName()
  readonly tier?: string;
  @Texts('Areas that an `adm` key may use; `*` = all. Default: all that your own key may use.', ['keys'], 'optional')
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(20, { message: 'must have at most 20 entries' })
  @ArrayUnique({ message: 'must not repeat an entry' })
  @IsIn(['*', ...ADMIN_SCOPES], { each: true, message: `must each be one of *, ${ADMIN_SCOPES.join(', ')}` })
  readonly scopes?: string[];
  @Texts('Addresses and networks (CIDR) that the key may be used from. Default: any.', ['192.0.2.0/24'], 'optional')
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(MAX_ADDRESSES, { message: `must have at most ${MAX_ADDRESSES} entries` })
  @ArrayUnique({ message: 'must not repeat an entry' })
  @IsAddressList()
  readonly allowed_addresses?: string[];
  @Text('Valid from then on.', '2027-01-01T00:00:00Z', 'optional')
  @IsMoment()
  readonly not_before?: string;
  @Text('Valid until then.', '2028-01-01T00:00:00Z', 'optional')
  @IsMoment()
  readonly expires_at?: string;
}

@Schema('Body of POST /admin/keys/{id}/rotate.')
export class RotateKeyBody {
  @Whole('Overlap in which the old key still works, seconds; 0 = none, 2592000 = 30 days.', 86_400, undefined, {
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
  })
  @IsWholeNumber({ min: 0, max: MAX_OVERLAP_SECONDS, unit: 'seconds' })
  readonly overlap_seconds!: number;
  @Text('When the new key ends. Default: when the old one would have.', '2028-01-01T00:00:00Z', 'optional')
  @IsMoment()
  readonly expires_at?: string;
}

@Schema('Body of POST /admin/keys/{id}/revoke.')
export class RevokeKeyBody {
  @Text('Why; kept with the key and in the audit trail.', 'leaked in a log') @IsReason() readonly reason!: string;
}

@Schema('Body of POST /admin/keys/verify.')
export class VerifyKeyBody {
  @Text('The whole key. It is neither stored nor logged.', 'mt5g_live_7hJk2LmN0p_(43 characters)(6 characters)')
  @IsString({ message: 'must be the text of a key' })
  @MaxLength(200, { message: 'must be at most 200 characters' })
  readonly key!: string;
  @Text(
    'Address that the key would be used from; without it the allowed addresses are not checked.',
    '192.0.2.7',
    'optional',
  )
  @IsAddress()
  readonly address?: string;
}

/** Query of GET /admin/keys. */
export class ListKeysQuery {
  @PageSize('Keys') readonly limit!: number;
  @PageCursor(/^[A-Za-z0-9_=-]{1,400}$/, 'WyIxNzY3NjE0NDAwMDAwIiwiN2hKazJMbU4wcCJd') readonly cursor?: string;

  @TextParameter({
    pattern: ACCOUNT_ID,
    allowed: ACCOUNT_ID_ALLOWED,
    description: 'Only keys of this account.',
    example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
  })
  readonly account_id?: string;

  @EnumParameter({ values: KEY_KINDS, description: 'Only keys of this kind.', example: 'live' })
  readonly kind?: KeyKind;

  @EnumParameter({ values: KEY_STATES, description: 'Only keys that are in this state now.', example: 'active' })
  readonly state?: KeyState;
}

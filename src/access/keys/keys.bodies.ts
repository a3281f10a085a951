import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { ADMIN_SCOPES, EnumParameter, IntegerParameter, TextParameter } from '../../http/index.js';
import type { KeyKind, KeyState } from '../../persistence/index.js';
import {
  ACCOUNT_ID,
  ACCOUNT_ID_ALLOWED,
  IsMoment,
  IsName,
  IsReason,
  IsWholeNumber,
  MayBeAbsent,
} from '../body.rules.js';
import { IsAddress, IsAddressList } from './address.rules.js';

/** What keys are for. */
export const KEY_KINDS: KeyKind[] = ['live', 'test', 'adm'];
/** What keys are worth at a moment. */
export const KEY_STATES: KeyState[] = ['active', 'not_yet_valid', 'expired', 'revoked'];
const MOST_ADDRESSES = 50;
const LONGEST_OVERLAP_SECONDS = 30 * 86_400;

/** Body of POST /admin/keys. */
@ApiSchema({ description: 'Body of POST /admin/keys.' })
export class CreateKeyBody {
  @ApiProperty({
    description: '`live` reads data, `test` reads simulated data only, `adm` uses admin routes.',
    enum: KEY_KINDS,
    example: 'live',
  })
  @IsIn(KEY_KINDS, { message: 'must be live, test or adm' })
  readonly kind!: KeyKind;

  @ApiProperty({ description: 'What the key is for.', example: 'web shop' })
  @IsName()
  readonly name!: string;

  @ApiProperty({
    description:
      'An existing account; without it a new one is made, for which your key needs the scope `accounts` too.',
    required: false,
    example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
  })
  @MayBeAbsent()
  @Matches(ACCOUNT_ID, { message: `must be ${ACCOUNT_ID_ALLOWED}` })
  readonly account_id?: string;

  @ApiProperty({ description: 'Name of a new account. Default: the name.', required: false, example: 'Example Ltd' })
  @MayBeAbsent()
  @IsName()
  readonly account_name?: string;

  @ApiProperty({ description: 'Tier of a new account. Default: the lowest.', required: false, example: 'PRO' })
  @MayBeAbsent()
  @IsString({ message: 'must be the name of a tier' })
  readonly tier?: string;

  @ApiProperty({
    description: 'Areas that an `adm` key may use; `*` = all. Default: all that your own key may use.',
    required: false,
    type: [String],
    example: ['keys'],
  })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(20, { message: 'must have at most 20 entries' })
  @ArrayUnique({ message: 'must not repeat an entry' })
  @IsIn(['*', ...ADMIN_SCOPES], { each: true, message: `must each be one of *, ${ADMIN_SCOPES.join(', ')}` })
  readonly scopes?: string[];

  @ApiProperty({
    description: 'Addresses and networks (CIDR) that the key may be used from. Default: any.',
    required: false,
    type: [String],
    example: ['192.0.2.0/24'],
  })
  @MayBeAbsent()
  @IsArray({ message: 'must be a list' })
  @ArrayMaxSize(MOST_ADDRESSES, { message: `must have at most ${MOST_ADDRESSES} entries` })
  @ArrayUnique({ message: 'must not repeat an entry' })
  @IsAddressList()
  readonly allowed_addresses?: string[];

  @ApiProperty({ description: 'Valid from then on.', required: false, example: '2027-01-01T00:00:00Z' })
  @MayBeAbsent()
  @IsMoment()
  readonly not_before?: string;

  @ApiProperty({ description: 'Valid until then.', required: false, example: '2028-01-01T00:00:00Z' })
  @MayBeAbsent()
  @IsMoment()
  readonly expires_at?: string;
}

/** Body of POST /admin/keys/{id}/rotate. */
@ApiSchema({ description: 'Body of POST /admin/keys/{id}/rotate.' })
export class RotateKeyBody {
  @ApiProperty({
    description: 'How long the old key works beside the new one, seconds; 0 = not at all, 2592000 = 30 days.',
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_OVERLAP_SECONDS,
    example: 86_400,
  })
  @IsWholeNumber({ min: 0, max: LONGEST_OVERLAP_SECONDS, unit: 'seconds' })
  readonly overlap_seconds!: number;

  @ApiProperty({
    description: 'When the new key ends. Default: when the old one would have.',
    required: false,
    example: '2028-01-01T00:00:00Z',
  })
  @MayBeAbsent()
  @IsMoment()
  readonly expires_at?: string;
}

/** Body of POST /admin/keys/{id}/revoke. */
@ApiSchema({ description: 'Body of POST /admin/keys/{id}/revoke.' })
export class RevokeKeyBody {
  @ApiProperty({ description: 'Why; kept with the key and in the audit trail.', example: 'leaked in a log' })
  @IsReason()
  readonly reason!: string;
}

/** Body of POST /admin/keys/verify. */
@ApiSchema({ description: 'Body of POST /admin/keys/verify.' })
export class VerifyKeyBody {
  @ApiProperty({
    description: 'The whole key. It is looked at and forgotten: nothing of it is kept or logged.',
    example: 'mt5g_live_7hJk2LmN0p_(43 characters)(6 characters)',
  })
  @IsString({ message: 'must be the text of a key' })
  @MaxLength(200, { message: 'must be at most 200 characters' })
  readonly key!: string;

  @ApiProperty({
    description: 'Where the key would come from; without it its addresses do not count.',
    required: false,
    example: '192.0.2.7',
  })
  @MayBeAbsent()
  @IsAddress()
  readonly address?: string;
}

/** Query of GET /admin/keys. */
export class ListKeysQuery {
  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Keys a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^[A-Za-z0-9_=-]{1,400}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'MTc2NzYxNDQwMDAwMDo3aEprMkxtTjBw',
  })
  readonly cursor?: string;

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

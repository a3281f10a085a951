import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsISO8601, IsString, Matches, ValidateIf } from 'class-validator';
import { ADMIN_SCOPES, IntegerParameter, TextParameter } from '../../http/index.js';
import type { KeyWithAccount } from '../../persistence/index.js';

/** 1 to 100 characters without control characters. */
const NAME = /^[^\p{C}]{1,100}$/u;
const NAME_RULE = { message: 'must be 1 to 100 characters without control characters' };
const ACCOUNT_ID = /^[0-9A-Z]{26}$/;

/** The member may be left out; null is a value, and not an allowed one. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}

/** Body of POST /admin/keys. */
@ApiSchema({ description: 'Body of POST /admin/keys.' })
export class CreateKeyBody {
  @ApiProperty({ description: '`live` reads data, `adm` uses admin routes.', enum: ['live', 'adm'], example: 'live' })
  @IsIn(['live', 'adm'], { message: 'must be live or adm' })
  readonly kind!: 'live' | 'adm';

  @ApiProperty({ description: 'What the key is for.', example: 'web shop' })
  @Matches(NAME, NAME_RULE)
  readonly name!: string;

  @ApiProperty({
    description: 'An existing account; without it a new one is made.',
    required: false,
    example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
  })
  @MayBeAbsent()
  @Matches(ACCOUNT_ID, { message: 'must be 26 characters of 0-9 and A-Z' })
  readonly account_id?: string;

  @ApiProperty({ description: 'Name of a new account. Default: the name.', required: false, example: 'Example Ltd' })
  @MayBeAbsent()
  @Matches(NAME, NAME_RULE)
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

  @ApiProperty({ description: 'Valid from then on.', required: false, example: '2027-01-01T00:00:00Z' })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a time in ISO 8601' })
  readonly not_before?: string;

  @ApiProperty({ description: 'Valid until then.', required: false, example: '2028-01-01T00:00:00Z' })
  @MayBeAbsent()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a time in ISO 8601' })
  readonly expires_at?: string;
}

/** Body of POST /admin/keys/{id}/revoke. */
@ApiSchema({ description: 'Body of POST /admin/keys/{id}/revoke.' })
export class RevokeKeyBody {
  @ApiProperty({ description: 'Why; kept with the key and in the audit trail.', example: 'leaked in a log' })
  @Matches(/^[^\p{C}]{1,200}$/u, { message: 'must be 1 to 200 characters without control characters' })
  readonly reason!: string;
}

/** Query of GET /admin/keys. */
export class ListKeysQuery {
  @IntegerParameter({ min: 1, max: 200, default: 50, description: 'Keys a page.', example: 50 })
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
    allowed: '26 characters of 0-9 and A-Z',
    description: 'Only keys of this account.',
    example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S',
  })
  readonly account_id?: string;
}

/** A key as admins see it: never its secret. */
@ApiSchema({ description: 'A key as admins see it: never its secret.' })
export class KeyView {
  @ApiProperty({ description: 'Names the key.', example: '7hJk2LmN0p' })
  readonly id!: string;

  @ApiProperty({ description: 'What it may be used for.', enum: ['live', 'adm'], example: 'live' })
  readonly kind!: string;

  @ApiProperty({ description: 'What it is for.', example: 'web shop' })
  readonly name!: string;

  @ApiProperty({ description: 'The last four characters of its secret.', example: 'x9Qa' })
  readonly last4!: string;

  @ApiProperty({ description: 'Admin areas.', type: [String], example: [] })
  readonly scopes!: string[];

  @ApiProperty({ description: 'Owner.', example: '01K9ZC3V5E8Q2W4R6T7Y9U1A0S' })
  readonly account_id!: string;

  @ApiProperty({ description: "The owner's name.", example: 'Example Ltd' })
  readonly account_name!: string;

  @ApiProperty({ description: "The owner's tier.", example: 'PRO' })
  readonly tier!: string;

  @ApiProperty({ description: 'When it was made.', example: '2026-11-21T12:00:00.000Z' })
  readonly created_at!: string;

  @ApiProperty({ description: 'Valid from then on.', nullable: true, type: String, example: null })
  readonly not_before!: string | null;

  @ApiProperty({ description: 'Valid until then.', nullable: true, type: String, example: null })
  readonly expires_at!: string | null;

  @ApiProperty({ description: 'When it was revoked.', nullable: true, type: String, example: null })
  readonly revoked_at!: string | null;

  @ApiProperty({ description: 'Why it was revoked.', nullable: true, type: String, example: null })
  readonly revoked_reason!: string | null;
}

/** A new key; the only answer that ever carries one. */
@ApiSchema({ description: 'A new key; the only answer that ever carries one.' })
export class IssuedKeyView extends KeyView {
  @ApiProperty({
    description: 'The whole key. It is shown once and cannot be recovered.',
    example: 'mt5g_live_7hJk2LmN0p_(43 characters)(6 characters)',
  })
  readonly key!: string;
}

/** Answer of POST /admin/keys. */
@ApiSchema({ description: 'Answer of POST /admin/keys.' })
export class IssuedKeyAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: IssuedKeyView, description: 'The new key.' })
  readonly data!: IssuedKeyView;
}

/** Answer of the routes that give one key. */
@ApiSchema({ description: 'Answer of the routes that give one key.' })
export class KeyAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: KeyView, description: 'The key as it is now.' })
  readonly data!: KeyView;
}

/** Keys of one page. */
@ApiSchema({ description: 'Keys of one page.' })
export class KeyList {
  @ApiProperty({ type: [KeyView], description: 'Newest first.' })
  readonly keys!: KeyView[];
}

/** Answer of GET /admin/keys. */
@ApiSchema({ description: 'Answer of GET /admin/keys.' })
export class KeyListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: KeyList, description: 'One page.' })
  readonly data!: KeyList;

  @ApiProperty({
    description: 'Cursor of the next page; null on the last.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly next_cursor!: string | null;
}

/** What admins see of a key. */
export function keyView({ key, account }: KeyWithAccount): Readonly<Pick<KeyView, keyof KeyView>> {
  return {
    id: key.id,
    kind: key.kind,
    name: key.name,
    last4: key.last4,
    scopes: [...key.scopes],
    account_id: account.id,
    account_name: account.name,
    tier: account.tier,
    created_at: key.createdAt.toISOString(),
    not_before: key.notBefore?.toISOString() ?? null,
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    revoked_reason: key.revokedReason ?? null,
  };
}

import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { KeyWithAccount } from '../../persistence/index.js';
import { shownTime } from '../body.rules.js';
import { KEY_KINDS } from './keys.bodies.js';

/** A key as admins see it: never its secret. */
@ApiSchema({ description: 'A key as admins see it: never its secret.' })
export class KeyView {
  @ApiProperty({ description: 'Names the key.', example: '7hJk2LmN0p' })
  readonly id!: string;

  @ApiProperty({ description: 'What it may be used for.', enum: KEY_KINDS, example: 'live' })
  readonly kind!: string;

  @ApiProperty({ description: 'What it is for.', example: 'web shop' })
  readonly name!: string;

  @ApiProperty({ description: 'The last four characters of its secret.', example: 'x9Qa' })
  readonly last4!: string;

  @ApiProperty({ description: 'Admin areas.', type: [String], example: [] })
  readonly scopes!: string[];

  @ApiProperty({ description: 'Where it may be used from; empty = anywhere.', type: [String], example: [] })
  readonly allowed_addresses!: string[];

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

  @ApiProperty({
    description: 'When it was let in last, at most a minute late; null = never.',
    nullable: true,
    type: String,
    example: '2026-11-21T13:00:00.000Z',
  })
  readonly last_used_at!: string | null;

  @ApiProperty({ description: 'Id of the key that it was rotated to.', nullable: true, type: String, example: null })
  readonly replaced_by!: string | null;

  @ApiProperty({ description: 'When it was revoked.', nullable: true, type: String, example: null })
  readonly revoked_at!: string | null;

  @ApiProperty({ description: 'Why it was revoked.', nullable: true, type: String, example: null })
  readonly revoked_reason!: string | null;
}

/** A new key; no other answer ever carries one. */
@ApiSchema({ description: 'A new key; no other answer ever carries one.' })
export class IssuedKeyView extends KeyView {
  @ApiProperty({
    description:
      'The whole key. It is shown once and cannot be recovered; an answer that comes again (Idempotency-Key) says so instead.',
    example: 'mt5g_live_7hJk2LmN0p_(43 characters)(6 characters)',
  })
  readonly key!: string;
}

/** The key that takes the place of another. */
@ApiSchema({ description: 'The key that takes the place of another.' })
export class RotatedKeyView extends IssuedKeyView {
  @ApiProperty({ type: KeyView, description: 'The old key as it is now; it works until its `expires_at`.' })
  readonly old_key!: KeyView;
}

/** Answer of POST /admin/keys. */
@ApiSchema({ description: 'Answer of POST /admin/keys.' })
export class IssuedKeyAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: IssuedKeyView, description: 'The new key.' })
  readonly data!: IssuedKeyView;
}

/** Answer of POST /admin/keys/{id}/rotate. */
@ApiSchema({ description: 'Answer of POST /admin/keys/{id}/rotate.' })
export class RotatedKeyAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: RotatedKeyView, description: 'The new key, and the old one.' })
  readonly data!: RotatedKeyView;
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

/** What a key that somebody has is worth. */
@ApiSchema({ description: 'What a key that somebody has is worth.' })
export class VerifiedKeyView {
  @ApiProperty({ description: 'Whether a request with it would be let in now.', example: true })
  readonly usable!: boolean;

  @ApiProperty({
    description: 'The error code that it would get; null when it is usable.',
    nullable: true,
    type: String,
    example: null,
  })
  readonly reason!: string | null;

  @ApiProperty({ description: 'The key; null when it is none of this gateway.', nullable: true, type: KeyView })
  readonly key!: KeyView | null;
}

/** Answer of POST /admin/keys/verify. */
@ApiSchema({ description: 'Answer of POST /admin/keys/verify.' })
export class VerifiedKeyAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ type: VerifiedKeyView, description: 'What it is worth.' })
  readonly data!: VerifiedKeyView;
}

/** What admins see of a key. */
export function keyView({ key, account }: KeyWithAccount): Readonly<Pick<KeyView, keyof KeyView>> {
  return {
    id: key.id,
    kind: key.kind,
    name: key.name,
    last4: key.last4,
    scopes: [...key.scopes],
    allowed_addresses: [...key.allowedAddresses],
    account_id: account.id,
    account_name: account.name,
    tier: account.tier,
    created_at: key.createdAt.toISOString(),
    not_before: shownTime(key.notBefore),
    expires_at: shownTime(key.expiresAt),
    last_used_at: shownTime(key.lastUsedAt),
    replaced_by: key.replacedBy ?? null,
    revoked_at: shownTime(key.revokedAt),
    revoked_reason: key.revokedReason ?? null,
  };
}

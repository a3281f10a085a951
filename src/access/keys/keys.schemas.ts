import {
  Flag,
  NextCursor,
  OneOf,
  Part,
  Parts,
  Schema,
  SuccessAnswer,
  Text,
  Texts,
  answerOf,
} from '../../http/index.js';
import type { KeyWithAccount } from '../../persistence/index.js';
import { shownTime } from '../body.rules.js';
import { KEY_KINDS } from './keys.bodies.js';

@Schema('A key as admins see it: never its secret.')
export class KeyView {
  @Text('Id of the key.', '7hJk2LmN0p') readonly id!: string;
  @OneOf('What it may be used for.', KEY_KINDS, 'live') readonly kind!: string;
  @Text('Purpose of the key.', 'web shop') readonly name!: string;
  @Text('The last four characters of its secret.', 'x9Qa') readonly last4!: string;
  @Texts('Admin areas.', []) readonly scopes!: string[];
  @Texts('Addresses it may be used from; empty = any.', []) readonly allowed_addresses!: string[];
  @Text('Owner.', '01K9ZC3V5E8Q2W4R6T7Y9U1A0S') readonly account_id!: string;
  @Text("The owner's name.", 'Example Ltd') readonly account_name!: string;
  @Text("The owner's tier.", 'PRO') readonly tier!: string;
  @Text('When it was created.', '2026-11-21T12:00:00.000Z') readonly created_at!: string;
  @Text('Valid from then on.', null, 'nullable') readonly not_before!: string | null;
  @Text('Valid until then.', null, 'nullable') readonly expires_at!: string | null;
  @Text('When it was last used, at most a minute late; null = never.', '2026-11-21T13:00:00.000Z', 'nullable')
  readonly last_used_at!: string | null;
  @Text('Id of the key that it was rotated to.', null, 'nullable') readonly replaced_by!: string | null;
  @Text('When it was revoked.', null, 'nullable') readonly revoked_at!: string | null;
  @Text('Why it was revoked.', null, 'nullable') readonly revoked_reason!: string | null;
}

@Schema('A new key with its text, which no other answer contains.')
export class IssuedKeyView extends KeyView {
  @Text(
    'The whole key. It is shown once and cannot be recovered; a repeated answer (Idempotency-Key) contains a note instead.',
    'mt5g_live_7hJk2LmN0p_(43 characters)(6 characters)',
  )
  readonly key!: string;
}

@Schema('The successor of a key.')
export class RotatedKeyView extends IssuedKeyView {
  @Part('The old key as it is now; it works until its `expires_at`.', KeyView) readonly old_key!: KeyView;
}

export const IssuedKeyAnswer = answerOf('IssuedKeyAnswer', IssuedKeyView, 'The new key.');

export const RotatedKeyAnswer = answerOf('RotatedKeyAnswer', RotatedKeyView, 'The new key, and the old one.');

export const KeyAnswer = answerOf('KeyAnswer', KeyView, 'The key as it is now.');

@Schema('Keys of one page.')
export class KeyList {
  @Parts('Newest first.', KeyView) readonly keys!: KeyView[];
}

@Schema('Answer of GET /admin/keys.')
export class KeyListAnswer extends SuccessAnswer {
  @Part('One page.', KeyList) readonly data!: KeyList;
  @NextCursor() readonly next_cursor!: string | null;
}

@Schema('Status and owner of the key.')
export class VerifiedKeyView {
  @Flag('Whether a request with it would be admitted now.', true) readonly usable!: boolean;
  @Text('The error code that it would get; null when it is usable.', null, 'nullable') readonly reason!: string | null;
  @Part('The key; null when this gateway does not know it.', KeyView, 'nullable') readonly key!: KeyView | null;
}

export const VerifiedKeyAnswer = answerOf('VerifiedKeyAnswer', VerifiedKeyView, 'What it is worth.');

/** Renders a key for admins. */
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

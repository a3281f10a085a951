import { GatewayError } from '../../kernel/index.js';

/** The change would shut out the key that asks for it, which then could not undo it (400 `invalid-parameter`). */
export class SelfLockoutError extends GatewayError {
  override readonly code = 'invalid-parameter';

  constructor(accountId: string) {
    const message = 'must not suspend the account of the key that asks for it: this key could not undo it';
    super(`account ${accountId} owns the key of this request; use a key of another account to suspend it`, {
      members: { errors: [{ parameter: 'state', message }] },
    });
  }
}

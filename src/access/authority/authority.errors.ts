import { InvalidParameterError, type ParameterFault } from '../../http/index.js';
import { ScopeRequiredError } from '../access.errors.js';

const WAY_OUT = 'or run the command `npm run keys` on the gateway, which may do everything';

/** The key or account to be changed has a scope that the caller's key lacks (403 `scope-required`). */
export function mightierError(kind: 'key' | 'account', id: string, scope: string): ScopeRequiredError {
  const has = kind === 'key' ? `key ${id} has the scope ${scope}` : `account ${id} owns a key with the scope ${scope}`;
  return new ScopeRequiredError(`${has}, which your own key lacks; use a key that has it, ${WAY_OUT}`, scope);
}

/** After the change no key with the scope `*` would work for more than a day (400 `invalid-parameter`). */
export class LastFullKeyError extends InvalidParameterError {
  /** @param parameter the one that decides about the change */
  constructor({ parameter, message }: ParameterFault) {
    super([{ parameter, message: `${message}; create another key with the scope * first, ${WAY_OUT}` }]);
  }
}

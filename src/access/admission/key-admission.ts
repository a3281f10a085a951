import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccessRule } from '../../http/index.js';
import type { KeyWithAccount } from '../../persistence/index.js';
import { FAILED_AUTH, KeyRefusedError, TooManyFailuresError } from '../credentials/keys.errors.js';
import { AccessMetrics } from '../access.metrics.js';
import { AuthFailures } from './auth-failures.js';
import { KeyAuthenticator } from './key-authenticator.js';
import type { OutageTerms } from './key-records.js';
import { KeyUseAudit } from './key-use-audit.js';
import { presentedKeys } from '../credentials/presented-keys.js';

/** Refusals of a genuine key are not failures; a request without any key is one, as is a guess. */
const NOT_FAILURES: ReadonlySet<string> = new Set(['account-suspended', 'address-not-allowed']);

/** Label of refusals that concern no account. */
const NO_TIER = 'none';

/** Admits the key of a request from its address; counts and audits refusals. */
@Injectable()
export class KeyAdmission {
  constructor(
    private readonly authenticator: KeyAuthenticator,
    private readonly failures: AuthFailures,
    private readonly audit: KeyUseAudit,
    private readonly metrics: AccessMetrics,
  ) {}

  /** @throws KeyRefusedError, TooManyFailuresError, KeysUnavailableError */
  admit(rule: Exclude<AccessRule, { kind: 'public' }>, request: FastifyRequest): Promise<KeyWithAccount> {
    const keys = presentedKeys(request.headers, { admin: rule.kind === 'admin' });
    return this.admitAny(keys, request, { forOperators: rule.kind === 'admin' && rule.duringOutage });
  }

  /** The same for keys that were not found in the usual headers. */
  async admitAny(keys: readonly string[], request: FastifyRequest, terms?: OutageTerms): Promise<KeyWithAccount> {
    const address = addressOf(request);
    try {
      return await this.authenticator.authenticate(keys, address, terms);
    } catch (error) {
      if (!(error instanceof KeyRefusedError)) throw error;
      const waitSeconds = NOT_FAILURES.has(error.code) ? undefined : this.failures.count(address);
      if (waitSeconds === undefined) {
        this.audit.refused(request, error, undefined);
        throw error;
      }
      this.audit.limited(request, error);
      this.metrics.countLimited(NO_TIER, FAILED_AUTH);
      throw new TooManyFailuresError(waitSeconds, error);
    }
  }
}

/** Address of the caller. A closed connection has none, although the framework's type says otherwise. */
function addressOf({ ip }: { readonly ip: string | undefined }): string {
  return ip ?? '(gone)';
}

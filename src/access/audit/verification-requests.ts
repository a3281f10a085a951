import { Injectable } from '@nestjs/common';
import type { Caller } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { AuditLog, AuditVerifier } from '../../persistence/index.js';

/** Verifications that admins ask for; who did is part of the trail. */
@Injectable()
export class VerificationRequests {
  constructor(
    private readonly verifier: AuditVerifier,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  start({ keyId }: Pick<Caller, 'keyId'>, requestId: string): void {
    this.log.record({
      at: new Date(this.clock.nowMs()),
      actor: `key:${keyId}`,
      action: 'audit.verification_started',
      target: '',
      detail: {},
      requestId,
    });
    this.verifier.verify();
  }
}

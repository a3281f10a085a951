import { Injectable } from '@nestjs/common';
import type { KeyActor } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { AuditLog, AuditVerifier } from '../../persistence/index.js';

/** Starts the verifications that admins request, and audits each request. */
@Injectable()
export class VerificationRequests {
  constructor(
    private readonly verifier: AuditVerifier,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  start({ actor, requestId }: KeyActor): void {
    this.log.record({
      at: new Date(this.clock.nowMs()),
      actor,
      action: 'audit.verification_started',
      target: '',
      detail: {},
      requestId,
    });
    this.verifier.verify();
  }
}

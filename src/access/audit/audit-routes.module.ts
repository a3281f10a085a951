import { Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../kernel/index.js';
import { PersistenceModule } from '../../persistence/index.js';
import { AuditController } from './audit.controller.js';
import { VerificationRequests } from './verification-requests.js';

/** The routes of the audit trail. */
@Module({
  imports: [PersistenceModule],
  controllers: [AuditController],
  providers: [{ provide: Clock, useClass: SystemClock }, VerificationRequests],
})
export class AuditRoutesModule {}

import { Module } from '@nestjs/common';
import { PersistenceModule } from '../../persistence/index.js';
import { AuditController } from './audit.controller.js';
import { VerificationRequests } from './verification-requests.js';

/** The routes of the audit trail. */
@Module({
  imports: [PersistenceModule],
  controllers: [AuditController],
  providers: [VerificationRequests],
})
export class AuditRoutesModule {}

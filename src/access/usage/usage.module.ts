import { Module } from '@nestjs/common';
import { PersistenceModule } from '../../persistence/index.js';
import { AdminUsageController } from './admin-usage.controller.js';
import { UsageController } from './usage.controller.js';
import { UsageMeter } from './usage-meter.js';
import { UsageReports } from './usage-reports.js';

/** Metering of requests, and the routes that report usage. */
@Module({
  imports: [PersistenceModule],
  controllers: [UsageController, AdminUsageController],
  providers: [UsageMeter, UsageReports],
  exports: [UsageMeter],
})
export class UsageModule {}

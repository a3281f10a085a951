import { Global, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Clock, Random, SystemClock, SystemRandom } from '../kernel/index.js';
import { Jobs } from './jobs.js';

/** Clock and randomness of this process, for objects outside of Nest's container. */
export const HOST = { clock: new SystemClock(), random: new SystemRandom() };

/** Provides `Clock`, `Random` and {@link Jobs} everywhere. */
@Global()
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [{ provide: Clock, useValue: HOST.clock }, { provide: Random, useValue: HOST.random }, Jobs],
  exports: [Clock, Random, Jobs],
})
export class CoreModule {}

import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AccessModule } from './access/index.js';
import { CandlesModule } from './candles/index.js';
import { type Settings, SettingsModule } from './config/index.js';
import { HealthModule } from './health/index.js';
import { HttpModule } from './http/index.js';
import { IndicatorsModule } from './indicators/index.js';
import { MetricsModule } from './metrics/index.js';
import { PersistenceModule } from './persistence/index.js';
import { TerminalsModule } from './terminals/index.js';

/** The whole gateway. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // Requests are measured, not logged: /metrics tells more, and an error is logged where it is answered.
        LoggerModule.forRoot({ pinoHttp: { level: settings.server.logLevel, autoLogging: false } }),
        SettingsModule.forRoot(settings),
        HttpModule,
        MetricsModule,
        PersistenceModule,
        TerminalsModule,
        AccessModule,
        CandlesModule,
        IndicatorsModule,
        HealthModule,
      ],
    };
  }
}

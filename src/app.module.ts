import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { loggerOptions } from './logger-options.js';
import { AccessModule } from './access/index.js';
import { CandlesModule } from './candles/index.js';
import { type Settings, SettingsModule } from './config/index.js';
import { CoreModule } from './core/index.js';
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
        LoggerModule.forRoot({ pinoHttp: loggerOptions(settings.server.logLevel) }),
        CoreModule,
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

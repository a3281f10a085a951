import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { Settings } from './load-settings.js';
import {
  AccessSettings,
  AuditSettings,
  BridgeSettings,
  CandleRetentionSettings,
  ConnectionSettings,
  DatabaseSettings,
  IndicatorSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  TierSettings,
} from './settings.js';

const SECTIONS = {
  server: ServerSettings,
  connections: ConnectionSettings,
  database: DatabaseSettings,
  bridge: BridgeSettings,
  terminals: TerminalSettings,
  series: SeriesSettings,
  candleRetention: CandleRetentionSettings,
  access: AccessSettings,
  audit: AuditSettings,
  tiers: TierSettings,
  indicators: IndicatorSettings,
} satisfies Record<Exclude<keyof Settings, 'ignored'>, new () => object>;

/** Makes each section of the settings injectable by its class. */
@Global()
@Module({})
export class SettingsModule {
  static forRoot(settings: Settings): DynamicModule {
    const providers = (Object.keys(SECTIONS) as (keyof typeof SECTIONS)[]).map((section): Provider => ({
      provide: SECTIONS[section],
      useFactory: (config: ConfigService) => config.getOrThrow<object>(section),
      inject: [ConfigService],
    }));
    return {
      module: SettingsModule,
      // Everything was read and validated before: Nest's reader must not look at the environment again.
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          skipProcessEnv: true,
          load: [() => ({ ...settings })],
        }),
      ],
      providers,
      exports: providers.map((provider) => (provider as { provide: new () => object }).provide),
    };
  }
}

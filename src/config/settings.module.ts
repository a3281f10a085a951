import { type DynamicModule, Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from './load-settings.js';

/** Provides each section of the settings by its class. */
@Global()
@Module({})
export class SettingsModule {
  static forRoot(settings: Settings): DynamicModule {
    const sections = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[];
    const providers = sections.map((section) => ({ provide: SETTINGS[section], useValue: settings[section] }));
    return { module: SettingsModule, providers, exports: Object.values(SETTINGS) };
  }
}

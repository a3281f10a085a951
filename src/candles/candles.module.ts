import { Inject, Module, type OnApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { SeriesSettings } from '../config/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { CandleStore, PersistenceModule } from '../persistence/index.js';
import { ServerZones, TerminalPool, TerminalsModule } from '../terminals/index.js';
import { CandleAnswers } from './answers/candle-answers.js';
import { CandlesController } from './answers/candles.controller.js';
import { LiveSeriesRegistry } from './registry/live-series-registry.js';
import { SeriesRegistry } from './series-registry.js';
import { SeriesObserver } from './registry/series-observer.js';
import { SymbolDetails } from './answers/symbol-details.js';
import { SymbolsController } from './answers/symbols.controller.js';

const PROVIDERS: Provider[] = [
  {
    provide: LiveSeriesRegistry,
    useFactory: (
      ...[pool, store, settings, zones, clock, random]: readonly [
        TerminalPool,
        CandleStore,
        SeriesSettings,
        ServerZones,
        Clock,
        Random,
      ]
    ) => new LiveSeriesRegistry({ pool, store, settings, zones, clock, random }),
    inject: [TerminalPool, CandleStore, SeriesSettings, ServerZones, Clock, Random],
  },
  { provide: SeriesRegistry, useExisting: LiveSeriesRegistry },
  {
    provide: SeriesObserver,
    useFactory: (series: LiveSeriesRegistry, registry: Registry, clock: Clock) =>
      new SeriesObserver(series, registry, clock),
    inject: [LiveSeriesRegistry, Registry, Clock],
  },
];

/** The live series and the routes that serve their bars. */
@Module({
  imports: [MetricsModule, PersistenceModule, TerminalsModule],
  controllers: [CandlesController, SymbolsController],
  providers: [...PROVIDERS, CandleAnswers, SymbolDetails],
  exports: [SeriesRegistry],
})
export class CandlesModule implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(LiveSeriesRegistry) private readonly series: LiveSeriesRegistry) {}

  /** Terminals may connect while stored bars are still being read. */
  onModuleInit(): void {
    void this.series.start();
  }

  /** HTTP has closed; what is not stored yet is written while the database is still there. */
  async onApplicationShutdown(): Promise<void> {
    await this.series.close();
  }
}

import { Inject, Module, type OnApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { SeriesSettings } from '../config/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { CandleStore, PersistenceModule } from '../persistence/index.js';
import { ServerZones, TerminalPool, TerminalsModule } from '../terminals/index.js';
import { CandleAnswers } from './answers/candle-answers.js';
import { CandlesController } from './answers/candles.controller.js';
import { LiveSeriesBook } from './registry/live-series-registry.js';
import { SeriesBook } from './series-registry.js';
import { SeriesObserver } from './registry/series-observer.js';
import { SymbolDetails } from './answers/symbol-details.js';
import { SymbolsController } from './answers/symbols.controller.js';

const PROVIDERS: Provider[] = [
  {
    provide: LiveSeriesBook,
    useFactory: (
      ...[pool, store, settings, zones, clock, random]: readonly [
        TerminalPool,
        CandleStore,
        SeriesSettings,
        ServerZones,
        Clock,
        Random,
      ]
    ) => new LiveSeriesBook({ pool, store, settings, zones, clock, random }),
    inject: [TerminalPool, CandleStore, SeriesSettings, ServerZones, Clock, Random],
  },
  { provide: SeriesBook, useExisting: LiveSeriesBook },
  {
    provide: SeriesObserver,
    useFactory: (book: LiveSeriesBook, registry: Registry, clock: Clock) => new SeriesObserver(book, registry, clock),
    inject: [LiveSeriesBook, Registry, Clock],
  },
];

/** The live series and the routes that serve their bars. */
@Module({
  imports: [MetricsModule, PersistenceModule, TerminalsModule],
  controllers: [CandlesController, SymbolsController],
  providers: [...PROVIDERS, CandleAnswers, SymbolDetails],
  exports: [SeriesBook],
})
export class CandlesModule implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(LiveSeriesBook) private readonly book: LiveSeriesBook) {}

  /** Terminals may connect while stored bars are still being read. */
  onModuleInit(): void {
    void this.book.start();
  }

  /** HTTP has closed; what is not stored yet is written while the database is still there. */
  async onApplicationShutdown(): Promise<void> {
    await this.book.close();
  }
}

import { Inject, Module, type OnApplicationShutdown, type OnModuleInit, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { SeriesSettings } from '../config/index.js';
import { SystemClock, SystemRandom } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { CandleStore, PersistenceModule } from '../persistence/index.js';
import { ServerZones, TerminalPool, TerminalsModule } from '../terminals/index.js';
import { CandleAnswers } from './answers/candle-answers.js';
import { CandlesController } from './answers/candles.controller.js';
import { LiveSeriesBook } from './registry/live-series-book.js';
import { SeriesBook } from './series-book.js';
import { SeriesObserver } from './registry/series-observer.js';
import { SymbolDetails } from './answers/symbol-details.js';
import { SymbolsController } from './answers/symbols.controller.js';

const PROVIDERS: Provider[] = [
  {
    provide: LiveSeriesBook,
    useFactory: (pool: TerminalPool, store: CandleStore, settings: SeriesSettings, zones: ServerZones) =>
      new LiveSeriesBook({ pool, store, settings, zones, clock: new SystemClock(), random: new SystemRandom() }),
    inject: [TerminalPool, CandleStore, SeriesSettings, ServerZones],
  },
  { provide: SeriesBook, useExisting: LiveSeriesBook },
  {
    provide: SeriesObserver,
    useFactory: (book: LiveSeriesBook, registry: Registry) => new SeriesObserver(book, registry, new SystemClock()),
    inject: [LiveSeriesBook, Registry],
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

import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { CandlesModule } from '../candles/index.js';
import { PersistenceModule } from '../persistence/index.js';
import { TerminalsModule } from '../terminals/index.js';
import { CachePurge } from './cache-purge.js';
import { CacheController } from './cache.controller.js';
import { EngineResults } from './engine-results.js';
import { IndicatorAnswers } from './indicator-answers.js';
import { IndicatorsController } from './indicators.controller.js';
import { TerminalResults } from './terminal-results.js';

/** `/indicators`: fractals and lines of our engine or of the terminals' own indicators. */
@Module({
  imports: [AccessModule, CandlesModule, PersistenceModule, TerminalsModule],
  controllers: [IndicatorsController, CacheController],
  providers: [EngineResults, TerminalResults, IndicatorAnswers, CachePurge],
})
export class IndicatorsModule {}

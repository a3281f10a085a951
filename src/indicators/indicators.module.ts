import { Module } from '@nestjs/common';
import { CandlesModule } from '../candles/index.js';
import { TerminalsModule } from '../terminals/index.js';
import { EngineResults } from './engine-results.js';
import { IndicatorAnswers } from './indicator-answers.js';
import { IndicatorsController } from './indicators.controller.js';
import { TerminalResults } from './terminal-results.js';

/** Fractals and lines of every series, from our engine or from the terminals' own indicators, and `/indicators`. */
@Module({
  imports: [CandlesModule, TerminalsModule],
  controllers: [IndicatorsController],
  providers: [EngineResults, TerminalResults, IndicatorAnswers],
})
export class IndicatorsModule {}

import type { Faults } from '../environment/faults.js';
import { membersOf } from '../environment/section.js';
import { type Camelized, camelize } from '../files/camelize.js';
import type { EngineEntry, IndicatorsFile, ParameterEntry } from '../files/indicators.file.js';
import { repeatedOutputs } from '../files/served-outputs.js';

/** Configured parameter of a terminal indicator. */
export type ConfiguredParameter = Readonly<ParameterEntry>;

/** An indicator in the terminal and the outputs of its buffers. */
export interface TerminalIndicator {
  /** Name as for iCustom, e.g. `Fractal Horizontal Line_V5`. */
  readonly indicator: string;
  readonly parameters: readonly ConfiguredParameter[];
  /** Output name (`peak_1`, `fractal_peaks`, ...) to buffer number. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Values that mean "no value" in addition to EMPTY_VALUE. */
  readonly emptyValues: readonly number[];
}

/**
 * Every number of the engine's definitions, as in `config/indicators.json`. The formulas declare the same shape; the
 * compiler checks that both are equal where `indicators` joins them.
 */
export type EngineNumbers = Camelized<EngineEntry>;

/** `config/indicators.json`. */
export class IndicatorSettings extends membersOf<{
  /** `engine` computes from candles; `terminal` reads the terminal's own indicators. */
  readonly source: 'engine' | 'terminal';
  readonly engine: EngineNumbers;
  readonly terminal: readonly TerminalIndicator[];
}>() {}

/** Settings of the file at `path`. Names of outputs are no member names and keep their form. */
export function indicatorSettings(file: IndicatorsFile, path: string, faults: Faults): IndicatorSettings {
  for (const name of repeatedOutputs(file.terminal)) {
    faults.add(`${path}: ${name} would be read from two indicators; keep one of them`);
  }
  const terminal = file.terminal.map(({ empty_values: emptyValues, ...entry }) => ({ ...entry, emptyValues }));
  return new IndicatorSettings({ source: file.source, engine: camelize(file.engine), terminal });
}

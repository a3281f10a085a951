import type { Faults } from '../environment/faults.js';
import { membersOf } from '../environment/section.js';
import { type Camelized, camelize } from '../files/camelize.js';
import type { EngineEntry, IndicatorsFile, ParameterEntry } from '../files/indicators.file.js';
import { repeatedOutputs } from '../files/served-outputs.js';

/** Parameter of a terminal indicator as configured. */
export type ConfiguredParameter = Readonly<ParameterEntry>;

/** An indicator in the terminal and which of its buffers are which output. */
export interface TerminalIndicator {
  /** Name as for iCustom, e.g. `Fractal Horizontal Line_V5`. */
  readonly indicator: string;
  readonly parameters: readonly ConfiguredParameter[];
  /** Output name (`peak_1`, `fractal_peaks`, ...) to buffer number. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Values besides EMPTY_VALUE that mean "no value". */
  readonly emptyValues: readonly number[];
}

/**
 * Every number of the engine's definitions, as in `config/indicators.json`. The formulas declare the same shape as their
 * own input; the compiler holds the two equal where `indicators` joins them.
 */
export type EngineNumbers = Camelized<EngineEntry>;

/** `config/indicators.json`. */
export class IndicatorSettings extends membersOf<{
  /** `engine`: computed here from candles; `terminal`: read from the terminal's own indicators. */
  readonly source: 'engine' | 'terminal';
  readonly engine: EngineNumbers;
  readonly terminal: readonly TerminalIndicator[];
}>() {}

/** The indicators of the file at `path`. Names of outputs are no member names and keep their form. */
export function indicatorSettings(file: IndicatorsFile, path: string, faults: Faults): IndicatorSettings {
  for (const name of repeatedOutputs(file.terminal)) {
    faults.add(`${path}: ${name} would be read from two indicators; keep one of them`);
  }
  const terminal = file.terminal.map(({ empty_values: emptyValues, ...entry }) => ({ ...entry, emptyValues }));
  return new IndicatorSettings({ source: file.source, engine: camelize(file.engine), terminal });
}

import {
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Validate,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { Amount, Each, Part, Parts, Text, Whole } from './member.decorators.js';
import { SERVED_OUTPUTS, SERVED_OUTPUTS_TEXT } from './served-outputs.js';

const BUFFER_NUMBER = { type: 'integer', minimum: 0, maximum: 511 } as const;
const MAX_NAMED = 5;
const MAX_NAME_LENGTH = 64;

@ValidatorConstraint({ name: 'oddNumber' })
class OddNumber implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'number' && value % 2 === 1;
  }

  defaultMessage(): string {
    return '$property must be odd';
  }
}

@ValidatorConstraint({ name: 'parameterValue' })
class ParameterValue implements ValidatorConstraintInterface {
  validate(value: unknown, args: ValidationArguments): boolean {
    const { type } = args.object as ParameterEntry;
    if (type === 'bool') return typeof value === 'boolean';
    if (type === 'string') return typeof value === 'string' && value.length <= 1000;
    if (typeof value !== 'number') return false;
    return type === 'double' ? Number.isFinite(value) : Number.isSafeInteger(value);
  }

  defaultMessage(): string {
    return '$property must fit its type';
  }
}

@ValidatorConstraint({ name: 'bufferNumbers' })
class BufferNumbers implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const entries = Object.entries(value);
    return (
      entries.length >= 1 &&
      entries.length <= 64 &&
      entries.every(
        ([name, number]) =>
          /^[a-z][a-z0-9_]{0,63}$/.test(name) && Number.isInteger(number) && number >= 0 && number <= 511,
      )
    );
  }

  defaultMessage(): string {
    return '$property must map 1 to 64 output names (a-z 0-9 _) to buffer numbers from 0 to 511';
  }
}

const outputsOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

@ValidatorConstraint({ name: 'servedOutputs' })
class ServedOutputs implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return outputsOf(value).every((name) => SERVED_OUTPUTS.includes(name));
  }

  defaultMessage({ value }: ValidationArguments): string {
    const unserved = outputsOf(value).filter((name) => !SERVED_OUTPUTS.includes(name));
    const shown = unserved.slice(0, MAX_NAMED).map((name) => `"${name.slice(0, MAX_NAME_LENGTH)}"`);
    return `$property names outputs that are not served: ${shown.join(', ')}; served are ${SERVED_OUTPUTS_TEXT}`;
  }
}

/** Distance from a line at which a fractal still touches it. */
export class ToleranceEntry {
  @IsIn(['percent', 'atr'])
  mode!: 'percent' | 'atr';

  /** Percent of the fractal's price. */
  @Amount(0, 100) percent!: number;
  @Amount(0, 1000) atr_multiple!: number;
}

/** Rules for pairs of equal fractals that make a horizontal line. */
export class HorizontalEntry {
  @Whole(1) min_distance_bars!: number;
  @Whole(2) min_touches!: number;
}

/** Rules for pairs of a peak and a bottom that make a diagonal line. */
export class DiagonalEntry {
  @Whole(1) min_length_bars!: number;
  @Amount(0, 90) min_angle_degrees!: number;
  @Amount(0, 90) max_angle_degrees!: number;
  @Whole(2) min_touches!: number;
  @Whole(1) min_per_kind!: number;
  @Whole(1) max_in_a_row!: number;

  @IsOptional()
  @IsIn(['time', 'peaks_then_bottoms'])
  touch_order: 'time' | 'peaks_then_bottoms' = 'time';
}

/** Upper bound of each term of a score. */
export class WeightsEntry {
  @Amount() touch!: number;
  @Amount() angle!: number;
  @Amount() length!: number;
  @Amount() proximity!: number;
  @Amount() alternation!: number;
  @Amount() slope!: number;
}

/** One step of the proximity scale. */
export class ProximityStepEntry {
  @Amount(0) max_percent!: number;
  @Amount(0, 1) value!: number;
}

/** One band of the slope scale of diagonals; limits are inclusive, and the first matching band counts. */
export class SlopeBandEntry {
  @Amount(0, 90) min_degrees!: number;
  @Amount(0, 90) max_degrees!: number;
  @Amount(0, 1) value!: number;
}

/** Every number of the engine's definitions of fractals and lines. */
export class EngineEntry {
  /** Bars of a fractal including both wings. */
  @Whole(5, 135)
  @Validate(OddNumber)
  fractal_bars!: number;

  /** Lines use only fractals among this many newest closed bars. */
  @Whole(50, 5000) lookback_bars!: number;
  @Whole(1, 1000) atr_bars!: number;
  @Part(() => ToleranceEntry) tolerance!: ToleranceEntry;
  @Part(() => HorizontalEntry) horizontal!: HorizontalEntry;
  @Part(() => DiagonalEntry) diagonal!: DiagonalEntry;

  /** A line nearer than this to a better one of its kind is dropped, in ATR; 0 = none is. */
  @Amount(0, 1000) min_separation_atr!: number;
  @Whole(1, 3) lines_per_kind!: number;
  @Part(() => WeightsEntry) weights!: WeightsEntry;

  /** Distance between the anchors from which a line gets the full length score. */
  @Whole(1) full_length_bars!: number;

  /** Nearest first; beyond the last step the value is 0. */
  @Parts(() => ProximityStepEntry, 100) proximity_steps!: ProximityStepEntry[];
  @Parts(() => SlopeBandEntry, 100) slope_bands!: SlopeBandEntry[];

  /** Slope value of angles outside of every band. */
  @Amount(0, 1) slope_outside_bands!: number;
}

/** A typed input of a terminal's indicator. */
export class ParameterEntry {
  @IsIn(['int', 'long', 'double', 'bool', 'string', 'datetime', 'color'])
  type!: 'int' | 'long' | 'double' | 'bool' | 'string' | 'datetime' | 'color';

  @JSONSchema({ type: ['number', 'boolean', 'string'] })
  @Validate(ParameterValue)
  value!: number | boolean | string;
}

/** An indicator in the terminal and the outputs of its buffers. */
export class TerminalIndicatorEntry {
  /** Name as for iCustom. */
  @Text(255) indicator!: string;
  @Parts(() => ParameterEntry, 64) parameters!: ParameterEntry[];

  /** Output name to buffer number. */
  @JSONSchema({
    type: 'object',
    properties: Object.fromEntries(SERVED_OUTPUTS.map((name) => [name, BUFFER_NUMBER])),
    additionalProperties: false,
    minProperties: 1,
  })
  @Validate(BufferNumbers)
  @Validate(ServedOutputs)
  buffers!: Record<string, number>;

  /** Values that mean "no value" in addition to EMPTY_VALUE. */
  @IsArray()
  @IsNumber({}, { each: true })
  empty_values!: number[];
}

/** `config/indicators.json`: the source of fractals and lines, and every number of their definition. */
export class IndicatorsFile {
  @IsOptional()
  @IsString()
  $schema?: string;

  /** `engine` computes from candles; `terminal` reads the buffers of the terminal's own indicators. */
  @IsIn(['engine', 'terminal'])
  source!: 'engine' | 'terminal';

  @Part(() => EngineEntry) engine!: EngineEntry;

  @IsArray()
  @ArrayMinSize(0)
  @Each(() => TerminalIndicatorEntry)
  terminal!: TerminalIndicatorEntry[];
}

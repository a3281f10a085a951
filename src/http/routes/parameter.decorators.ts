import { Expose, Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { parametersOf, type QueryParameter } from './query-parameters.js';
import { parseUtcTime, UtcTime } from './utc-time.js';

/** An integer as the API takes it: no sign, no hex, no exponent, no blank. */
const INTEGER = /^[0-9]{1,10}$/;

interface ParameterDocs {
  readonly description: string;
  readonly example: number | string | boolean;
}

/** A whole number in a query. */
export interface IntegerParameterOptions extends ParameterDocs {
  readonly min: number;
  readonly max: number;
  /** Value when the parameter is absent; without one it is undefined then. */
  readonly default?: number;
  /** Unit or wording of the range in messages. @default `between <min> and <max>` */
  readonly allowed?: string;
  /** Only odd numbers. */
  readonly odd?: boolean;
}

/** One of a few words in a query. */
export interface EnumParameterOptions extends ParameterDocs {
  readonly values: readonly string[];
  readonly default?: string;
}

/** Free text in a query. */
export interface TextParameterOptions extends ParameterDocs {
  readonly pattern: RegExp;
  /** What the pattern means, for people: `must be ${allowed}`. */
  readonly allowed: string;
  readonly default?: string;
}

interface ParameterKind {
  readonly schema: QueryParameter['schema'];
  readonly docs: ParameterDocs;
  readonly defaultValue: number | string | undefined;
  /** The typed value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => unknown;
  readonly isAllowed: (value: unknown) => boolean;
  /** `must be ...` */
  readonly message: string;
}

/** Validates, converts and documents one property of a query class, in one place. */
function parameter(kind: ParameterKind): PropertyDecorator {
  const { schema, docs, defaultValue } = kind;
  return (target, name) => {
    const property = String(name);
    parametersOf(target.constructor).push({ name: property, schema, ...docs });
    Expose()(target, name);
    Transform(({ value }: { value: unknown }) => {
      if (value === undefined) return defaultValue;
      return typeof value === 'string' ? (kind.parse(value) ?? value) : value;
    })(target, name);
    const validator = { validate: (value: unknown) => value === undefined || kind.isAllowed(value) };
    const message = ({ value }: { value: unknown }) => (Array.isArray(value) ? `must be given once` : kind.message);
    ValidateBy({ name: 'parameter', validator }, { message })(target, name);
    ApiProperty({ ...schema, ...docs, required: false })(target, name);
  };
}

/** A whole number of 1 to 10 decimal digits within a range. Everything else is refused, also hex, signs and blanks. */
export function IntegerParameter(options: IntegerParameterOptions): PropertyDecorator {
  const { min, max, odd = false } = options;
  const allowed = options.allowed ?? `${odd ? 'an odd number ' : ''}between ${min} and ${max}`;
  return parameter({
    schema: {
      type: 'integer',
      minimum: min,
      maximum: max,
      ...(options.default === undefined ? {} : { default: options.default }),
    },
    docs: { description: options.description, example: options.example },
    defaultValue: options.default,
    parse: (text) => (INTEGER.test(text) ? Number(text) : undefined),
    isAllowed: (value) => typeof value === 'number' && value >= min && value <= max && (!odd || value % 2 === 1),
    message: `must be ${allowed}`,
  });
}

/** A time: server time as a whole number, or UTC as ISO 8601 with a `Z`. */
export type TimeParameterValue = number | UtcTime;

/** Server time, unix seconds within a range, or the same as UTC text: a number or a {@link UtcTime}. */
export function TimeParameter(
  options: Omit<IntegerParameterOptions, 'allowed' | 'odd' | 'default'>,
): PropertyDecorator {
  const { min, max, description, example } = options;
  const secondsOf = (value: unknown) => (value instanceof UtcTime ? value.seconds : value);
  return parameter({
    schema: {
      oneOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', format: 'date-time', pattern: String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$` },
      ],
    },
    docs: { description: `${description} Or UTC as text, e.g. \`2026-06-07T21:00:00Z\`.`, example },
    defaultValue: undefined,
    parse: (text) => (INTEGER.test(text) ? Number(text) : parseUtcTime(text)),
    isAllowed: (value) => {
      const seconds = secondsOf(value);
      return typeof seconds === 'number' && seconds >= min && seconds <= max;
    },
    message: `must be between ${min} and ${max} (server time, unix seconds), or UTC such as 2026-06-07T21:00:00Z`,
  });
}

/** One of the given words, in exactly this case. */
export function EnumParameter(options: EnumParameterOptions): PropertyDecorator {
  const { values } = options;
  return parameter({
    schema: {
      type: 'string',
      enum: [...values],
      ...(options.default === undefined ? {} : { default: options.default }),
    },
    docs: { description: options.description, example: options.example },
    defaultValue: options.default,
    parse: (text) => text,
    isAllowed: (value) => typeof value === 'string' && values.includes(value),
    message: values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`,
  });
}

/** Text that matches a pattern, e.g. a cursor. */
export function TextParameter(options: TextParameterOptions): PropertyDecorator {
  return parameter({
    schema: { type: 'string', ...(options.default === undefined ? {} : { default: options.default }) },
    docs: { description: options.description, example: options.example },
    defaultValue: options.default,
    parse: (text) => text,
    isAllowed: (value) => typeof value === 'string' && options.pattern.test(value),
    message: `must be ${options.allowed}`,
  });
}

/** How many entries a page of a list has. */
export function PageSize(what: string): PropertyDecorator {
  return IntegerParameter({ min: 1, max: 1000, default: 100, description: `${what} a page.`, example: 100 });
}

/** Where a page of a list begins. */
export function PageCursor(pattern: RegExp, example: string): PropertyDecorator {
  const description = '`next_cursor` of the page before.';
  return TextParameter({ pattern, allowed: 'a next_cursor of this list', description, example });
}

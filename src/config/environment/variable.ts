import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';

/** What .env.example says about a variable, and how its text becomes a value. */
export interface VariableSpec {
  readonly name: string;
  readonly kind: 'integer' | 'boolean' | 'text';
  /** One sentence. */
  readonly about: string;
  /** `milliseconds`, `TCP port`, `true or false`, ... */
  readonly unit: string;
  /** As it would stand in .env; undefined = no default. */
  readonly defaultText: string | undefined;
  /** What .env.example says instead of a fixed default. */
  readonly defaultNote: string | undefined;
  readonly required: boolean;
  /** May be given as `<NAME>_FILE` instead, and never appears in an example. */
  readonly secret: boolean;
}

interface Common {
  readonly about: string;
  /** Must be set: there is no default. */
  readonly required?: boolean;
  /** For a default that depends on something else. */
  readonly defaultNote?: string;
}

const registry = new Map<object, VariableSpec[]>();

/** The variables of an environment class, in the order in which they are declared. */
export function variablesOf(environment: new () => object): readonly VariableSpec[] {
  return registry.get(environment.prototype as object) ?? [];
}

function declare(spec: Omit<VariableSpec, 'name'>, rules: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, property) => {
    const variables = registry.get(target) ?? [];
    variables.push({ ...spec, name: String(property) });
    registry.set(target, variables);
    for (const rule of rules) rule(target, property);
    if (!spec.required) IsOptional()(target, property);
  };
}

/** A whole number in decimal digits. */
export function IntegerVariable(
  options: Common & { min: number; max: number; unit: string; default?: number },
): PropertyDecorator {
  const message = `$property must be a whole number from ${options.min} to ${options.max} (${options.unit})`;
  return declare(
    {
      kind: 'integer',
      about: options.about,
      unit: `${options.unit}, ${options.min} to ${options.max}`,
      defaultText: options.default?.toString(),
      defaultNote: options.defaultNote,
      required: options.required ?? false,
      secret: false,
    },
    [IsInt({ message }), Min(options.min, { message }), Max(options.max, { message })],
  );
}

/** `true` or `false`. */
export function BooleanVariable(options: Common & { default?: boolean }): PropertyDecorator {
  return declare(
    {
      kind: 'boolean',
      about: options.about,
      unit: 'true or false',
      defaultText: options.default?.toString(),
      defaultNote: options.defaultNote,
      required: options.required ?? false,
      secret: false,
    },
    [IsBoolean({ message: '$property must be true or false' })],
  );
}

/** One of a few words. */
export function ChoiceVariable(options: Common & { of: readonly string[]; default?: string }): PropertyDecorator {
  const unit = `one of ${options.of.join(', ')}`;
  return declare(
    {
      kind: 'text',
      about: options.about,
      unit,
      defaultText: options.default,
      defaultNote: options.defaultNote,
      required: options.required ?? false,
      secret: false,
    },
    [IsIn([...options.of], { message: `$property must be ${unit}` })],
  );
}

/** Free text of a certain form. */
export function TextVariable(
  options: Common & { unit: string; default?: string; pattern?: RegExp; minLength?: number; secret?: boolean },
): PropertyDecorator {
  const message = `$property must be ${options.unit}`;
  const rules = [IsString({ message })];
  if (options.minLength !== undefined) rules.push(MinLength(options.minLength, { message }));
  if (options.pattern !== undefined) rules.push(Matches(options.pattern, { message }));
  return declare(
    {
      kind: 'text',
      about: options.about,
      unit: options.unit,
      defaultText: options.default,
      defaultNote: options.defaultNote,
      required: options.required ?? false,
      secret: options.secret ?? false,
    },
    rules,
  );
}

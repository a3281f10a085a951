import { type ClassConstructor, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsInt,
  IsNumber,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';

/** Several decorators as one, in effect as if they stood above the member in this order. */
function together(...decorators: readonly (PropertyDecorator | false)[]): PropertyDecorator {
  return (target, member) => {
    for (const decorate of decorators.toReversed()) if (decorate !== false) decorate(target, member);
  };
}

/** A whole number. */
export function Whole(min: number, max?: number): PropertyDecorator {
  return together(IsInt(), Min(min), max !== undefined && Max(max));
}

/** A number with or without a fraction. */
export function Amount(min?: number, max?: number): PropertyDecorator {
  return together(IsNumber(), min !== undefined && Min(min), max !== undefined && Max(max));
}

/** A text that is not empty. */
export function Text(maxLength: number): PropertyDecorator {
  return together(IsString(), MinLength(1), MaxLength(maxLength));
}

/** An object whose class says the rules of its members. */
export function Part(type: () => ClassConstructor<unknown>): PropertyDecorator {
  return together(IsDefined(), ValidateNested(), Type(type));
}

/** Every item is an object whose class says the rules of its members. */
export function Each(type: () => ClassConstructor<unknown>): PropertyDecorator {
  return together(ValidateNested({ each: true }), Type(type));
}

/** A list of objects whose class says the rules of their members. */
export function Parts(type: () => ClassConstructor<unknown>, maxItems: number): PropertyDecorator {
  return together(IsArray(), ArrayMaxSize(maxItems), Each(type));
}

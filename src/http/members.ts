import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

/** A member that may be null, or be left out of a body or an answer. Without it the member is always there. */
export type Presence = 'nullable' | 'optional' | 'optional, nullable';

type Nullable<P> = P extends 'nullable' | 'optional, nullable' ? null : never;
type Holder<K extends PropertyKey, T, P> = P extends `optional${string}`
  ? { readonly [N in K]?: T | Nullable<P> | undefined }
  : { readonly [N in K]: T | Nullable<P> };

/** Decorates only properties of this type, so that a document cannot say another type than the code. */
export type Member<T, P> = <K extends PropertyKey>(target: Holder<K, T, P>, name: K) => void;

/** The member may be left out; null is not allowed. */
function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}

function MayBeAbsentOrNull(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined && value !== null);
}

const texts = new WeakMap<object, string>();

/** Describes a body or a part of an answer. The description is the only text: it is also the doc comment. */
export function Schema(description: string): ClassDecorator {
  return (target) => {
    texts.set(target, description);
    ApiSchema({ description })(target);
  };
}

/** The description that {@link Schema} gave a class; empty without one. */
export function schemaText(target: object): string {
  return texts.get(target) ?? '';
}

function member<T, P>(options: ApiPropertyOptions, example: unknown, presence: P): Member<T, P> {
  const text = String(presence ?? '');
  const [isOptional, isNullable] = [text.startsWith('optional'), text.endsWith('nullable')];
  const docs = {
    ...options,
    ...(example !== undefined && { example }),
    ...(isOptional && { required: false }),
    ...(isNullable && { nullable: true }),
  } as ApiPropertyOptions;
  return (target, name) => {
    ApiProperty(docs)(target, name as string);
    if (isOptional) (isNullable ? MayBeAbsentOrNull() : MayBeAbsent())(target, name as string);
  };
}

export function Text<P extends Presence | undefined = undefined>(
  description: string,
  example: string | null,
  presence?: P,
): Member<string, P> {
  return member({ description, type: String }, example, presence as P);
}

export function Texts<P extends Presence | undefined = undefined>(
  description: string,
  example: readonly string[],
  presence?: P,
): Member<readonly string[], P> {
  return member({ description, type: [String] }, [...example], presence as P);
}

export function Whole<P extends Presence | undefined = undefined>(
  description: string,
  example: number | null,
  presence?: P,
  range: { readonly minimum?: number; readonly maximum?: number } = {},
): Member<number, P> {
  return member({ description, type: 'integer', ...range }, example, presence as P);
}

export function Decimal<P extends Presence | undefined = undefined>(
  description: string,
  example: number | null,
  presence?: P,
): Member<number, P> {
  return member({ description, type: Number }, example, presence as P);
}

export function Flag<P extends Presence | undefined = undefined>(
  description: string,
  example: boolean | null,
  presence?: P,
  facts: { readonly default?: boolean } = {},
): Member<boolean, P> {
  return member({ description, type: Boolean, ...facts }, example, presence as P);
}

export function OneOf<P extends Presence | undefined = undefined>(
  description: string,
  words: readonly (string | boolean | null)[],
  example: string | boolean | null,
  presence?: P,
): Member<string | boolean, P> {
  const type = typeof words[0] === 'boolean' ? Boolean : String;
  return member({ description, type, enum: [...words] }, example, presence as P);
}

/** A nested object; its example consists of the examples of its members. */
export function Part<T extends object, P extends Presence | undefined = undefined>(
  description: string,
  type: Type<T>,
  presence?: P,
): Member<T, P> {
  return member({ description, type }, undefined, presence as P);
}

/** A list of nested objects. */
export function Parts<T extends object, P extends Presence | undefined = undefined>(
  description: string,
  type: Type<T>,
  presence?: P,
): Member<readonly T[], P> {
  return member({ description, type: [type] }, undefined, presence as P);
}

/** Adds validation rules to a documented member. */
export function ruled<T, P>(documented: Member<T, P>, ...rules: readonly PropertyDecorator[]): Member<T, P> {
  return (target, name) => {
    documented(target, name);
    for (const rule of rules) rule(target, name as string);
  };
}

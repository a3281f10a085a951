import { type ArgumentMetadata, Body, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { printable } from '../../kernel/index.js';
import { InvalidParameterError, type ParameterFault } from '../problems/http.errors.js';
import { documented } from './documented-parameter.js';

/** Every fault of a body, nested ones with their path (`limits.per_minute`). */
function faultsOf(errors: readonly ValidationError[], path = ''): ParameterFault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const parameter = printable(path + property, 60);
    const messages = Object.entries(constraints ?? {}).map(([rule, message]) =>
      rule === 'whitelistValidation' ? 'is unknown' : withoutName(message, property),
    );
    // Several rules of one member may say the same.
    const own = [...new Set(messages)].map((message) => ({ parameter, message }));
    return [...own, ...faultsOf(children ?? [], `${path}${property}.`)];
  });
}

/** Removes the property's name from the library's messages, because our faults name it already. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

/** Deepest nesting of a body. Ours have three levels; the libraries recurse into each level. */
const DEEPEST = 20;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Members that the converting library ignores silently. */
const NEVER_A_MEMBER = ['__proto__', 'constructor', 'prototype'];

/** The first fault of a body of any class. Works without recursion, before the libraries read the body. */
function faultOfShape(raw: object): ParameterFault | undefined {
  let level: object[] = [raw];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return { parameter: 'body', message: `must not be nested more than ${DEEPEST} levels deep` };
    const odd = level.flatMap((value) => NEVER_A_MEMBER.filter((name) => Object.hasOwn(value, name)))[0];
    if (odd !== undefined) return { parameter: odd, message: 'is unknown' };
    const broken = level.flatMap((value) => Object.entries(value).filter(isBroken))[0];
    if (broken !== undefined)
      return { parameter: printable(broken[0], 60), message: 'must be well-formed Unicode text' };
    level = level.flatMap((value) => Object.values(value).filter(isObject));
  }
  return undefined;
}

/** Whether a name or a text holds half a surrogate pair, which JSON can escape and UTF-8 cannot store. */
function isBroken([name, value]: [string, unknown]): boolean {
  return LONE_SURROGATE.test(name) || (typeof value === 'string' && LONE_SURROGATE.test(value));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @throws invalid-parameter with all faults in `errors`; members that the class does not have are faults */
export function validateBody<T extends object>(bodyClass: Type<T>, raw: unknown): T {
  if (!isObject(raw) || Array.isArray(raw)) throw InvalidParameterError.of('body', 'must be a JSON object');
  const fault = faultOfShape(raw);
  if (fault !== undefined) throw new InvalidParameterError([fault]);
  const body = plainToInstance(bodyClass, raw);
  const errors = validateSync(body, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  if (errors.length > 0) throw new InvalidParameterError(faultsOf(errors));
  return body;
}

@Injectable()
class StrictBodyPipe implements PipeTransform {
  transform(value: unknown, { metatype }: ArgumentMetadata): object {
    if (metatype === undefined) throw new TypeError('a validated body needs a class as its type');
    return validateBody(metatype as Type<object>, value);
  }
}

/** Handler parameter: the JSON body, validated strictly as the class that the parameter is typed with. */
export function ValidBody(example?: object): ParameterDecorator {
  return (target, name, index) => {
    const types = Reflect.getMetadata('design:paramtypes', target, name ?? '') as Type<object>[] | undefined;
    const type = types?.[index];
    if (type === undefined) throw new TypeError('a validated body needs a class as its type');
    const examples = example === undefined ? {} : { examples: { example: { value: example } } };
    documented(Body(new StrictBodyPipe()), ApiBody({ type, ...examples }))(target, name, index);
  };
}

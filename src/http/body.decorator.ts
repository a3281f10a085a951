import { type ArgumentMetadata, Body, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { printable } from '../kernel/index.js';
import { InvalidParameterError, type ParameterFault } from './http.errors.js';

/** Every fault of a body, nested ones with their path (`limits.per_minute`). */
function faultsOf(errors: readonly ValidationError[], path = ''): ParameterFault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const parameter = printable(path + property, 60);
    const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
      parameter,
      message: rule === 'whitelistValidation' ? 'is unknown' : withoutName(message, property),
    }));
    return [...own, ...faultsOf(children ?? [], `${path}${property}.`)];
  });
}

/** The library's messages begin with the property's name; ours are read beside it. */
function withoutName(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

/** @throws invalid-parameter with all faults in `errors`; members that the class does not have are faults */
export function validateBody<T extends object>(bodyClass: Type<T>, raw: unknown): T {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw InvalidParameterError.of('body', 'must be a JSON object');
  }
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
export function ValidBody(): ParameterDecorator {
  return Body(new StrictBodyPipe());
}

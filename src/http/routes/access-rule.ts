import type { Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** A class whose properties carry the parameter decorators of this folder. */
export type QueryClass = Type<object>;

/** Who may call a route, and what is checked before its handler runs. Declared by a decorator, enforced by the guard. */
export type AccessRule =
  | { readonly kind: 'public'; readonly query: undefined }
  | {
      readonly kind: 'customer';
      /** Answers count against the account's limits. */
      readonly counted: boolean;
      /** The path names a `:symbol` (and a `:timeframe`) that must exist and be within the caller's tier. */
      readonly series: boolean;
      /** Market data: keys of kind `adm` are refused. */
      readonly data: boolean;
      readonly query: QueryClass | undefined;
    }
  | {
      readonly kind: 'admin';
      readonly scope: string;
      /** Operational state that needs no database: while keys cannot be read, one checked within a day is enough. */
      readonly duringOutage: boolean;
      readonly query: QueryClass | undefined;
    };

const RULE = Symbol('access-rule');

/** The route as Fastify's hooks see it, before a request is read. */
interface RuledRoute {
  readonly accessRule?: AccessRule;
  /** The method of the controller. */
  readonly handler?: object;
}

/** Attaches the rule to a route handler, and to the route that Fastify makes of it. */
export function declareAccessRule(rule: AccessRule): MethodDecorator {
  return (target, name, descriptor) => {
    Reflect.defineMetadata(RULE, rule, descriptor.value as object);
    const handler = descriptor.value as object;
    RouteConfig({ accessRule: rule, handler } satisfies RuledRoute)(target, name, descriptor);
  };
}

/** The rule of a route handler; undefined when it has none, and then every call is refused. */
export function findAccessRule(handler: object): AccessRule | undefined {
  return Reflect.getMetadata(RULE, handler) as AccessRule | undefined;
}

/** The rule of the route that a request was matched to; undefined for unmatched requests and routes that are not ours. */
export function accessRuleOf(request: FastifyRequest): AccessRule | undefined {
  return (request.routeOptions?.config as RuledRoute | undefined)?.accessRule;
}

/** The method of the controller that a request was matched to; undefined where {@link accessRuleOf} is. */
export function handlerOf(request: FastifyRequest): object | undefined {
  return (request.routeOptions?.config as RuledRoute | undefined)?.handler;
}

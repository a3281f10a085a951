import type { Type } from '@nestjs/common';

/** Areas of the admin routes; a key's scopes name some of them, or `*`. */
export const ADMIN_SCOPES = ['keys', 'terminals', 'accounts', 'usage', 'audit', 'cache', 'database'] as const;

/** One area of the admin routes. */
export type AdminScope = (typeof ADMIN_SCOPES)[number];

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
  | { readonly kind: 'admin'; readonly scope: AdminScope; readonly query: QueryClass | undefined };

const RULE = Symbol('access-rule');

/** Attaches the rule to a route handler. */
export function declareAccessRule(rule: AccessRule): MethodDecorator {
  return (_target, _name, descriptor) => {
    Reflect.defineMetadata(RULE, rule, descriptor.value as object);
  };
}

/** The rule of a route handler; undefined when it has none, and then nobody may call it. */
export function findAccessRule(handler: object): AccessRule | undefined {
  return Reflect.getMetadata(RULE, handler) as AccessRule | undefined;
}

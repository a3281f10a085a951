import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { findAccessRule } from './access-rule.js';

type Prototype = Readonly<Record<string, (...parameters: never[]) => unknown>>;

/** A route without an access rule; the gateway does not start with one. */
export class RouteWithoutRuleError extends Error {
  constructor(routes: readonly string[]) {
    super(
      `${routes.join(', ')}: no access rule. Declare @PublicRoute(), @CustomerRoute() or @AdminRoute(area) on each.`,
    );
    this.name = 'RouteWithoutRuleError';
  }
}

/** Checks every controller at the start, so that a forgotten rule is found before the first request. */
@Injectable()
export class RouteRuleCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const unruled = this.discovery.getControllers().flatMap(({ metatype }) => {
      const prototype = (metatype as { prototype: Prototype }).prototype;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => isRoute(prototype[name]) && !hasRule(prototype[name]))
        .map((name) => `${metatype?.name}.${name}`);
    });
    if (unruled.length > 0) throw new RouteWithoutRuleError(unruled);
  }
}

function isRoute(handler: Prototype[string] | undefined): boolean {
  return handler !== undefined && Reflect.hasMetadata('path', handler);
}

function hasRule(handler: Prototype[string] | undefined): boolean {
  return handler !== undefined && findAccessRule(handler) !== undefined;
}

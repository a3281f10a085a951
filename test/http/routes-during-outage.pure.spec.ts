import { RequestMethod } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { PoolController } from '../../src/health/pool.controller.js';
import { findAccessRule } from '../../src/http/index.js';
import { OperationsController } from '../../src/terminals/admin/operations.controller.js';
import { SymbolMappingsController } from '../../src/terminals/admin/symbol-mappings.controller.js';
import { TerminalsController } from '../../src/terminals/admin/terminals.controller.js';

interface Handler {
  readonly name: string;
  readonly method: RequestMethod;
  readonly duringOutage: boolean;
}

/** The routes of a controller, as they declare themselves. */
function handlersOf({ prototype }: { readonly prototype: object }): Handler[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) => {
    const rule = typeof value === 'function' ? findAccessRule(value as object) : undefined;
    if (rule?.kind !== 'admin') return [];
    const method = Reflect.getMetadata('method', value as object) as RequestMethod;
    return [{ name, method, duringOutage: rule.duringOutage }];
  });
}

describe('routes that open to known admin keys while the database is away', () => {
  it.each([
    [PoolController, ['getDatabasePool']],
    [
      TerminalsController,
      ['listTerminals', 'getTerminalsHealth', 'getTerminalsStats', 'getTerminal', 'getTerminalLogs'],
    ],
    [OperationsController, ['listOperations', 'getOperation']],
    [SymbolMappingsController, []],
  ])('are of %p exactly those that are documented, and only read', (controller, names) => {
    const open = handlersOf(controller).filter(({ duringOutage }) => duringOutage);
    expect(open.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(open.filter(({ method }) => method !== RequestMethod.GET)).toEqual([]);
  });
});

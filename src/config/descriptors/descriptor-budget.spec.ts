import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  descriptorBudget,
  type DescriptorNeeds,
  METRICS_MAX_CONNECTIONS,
  unprovedPlaces,
} from './descriptor-budget.js';

const needs: DescriptorNeeds = {
  limit: 1024,
  terminals: 15,
  hosts: 1,
  databaseConnections: 50,
  hasMetricsPort: false,
  httpMaxConnections: undefined,
};
const total = ({ unproved }: ReturnType<typeof descriptorBudget>): number =>
  unproved.strangers + unproved.knownAddresses;

describe('descriptorBudget', () => {
  it('caps nothing that the setting does not cap where the limit is unknown', () => {
    const unknown = { ...needs, limit: undefined };
    expect(descriptorBudget(unknown)).toMatchObject({ http: undefined, unproved: unprovedPlaces(15) });
    expect(descriptorBudget({ ...unknown, httpMaxConnections: 70 })).toMatchObject({ http: 70 });
  });

  it('leaves every unproved bridge connection its place where the limit is large', () => {
    expect(descriptorBudget({ ...needs, limit: 20_000 }).unproved).toEqual({
      strangers: 286,
      knownAddresses: 94,
      perAddress: 31,
    });
  });

  it('takes the setting where it says less than what the limit leaves, and the limit where it says more', () => {
    const { http } = descriptorBudget(needs);
    expect(descriptorBudget({ ...needs, httpMaxConnections: 5 }).http).toBe(5);
    expect(descriptorBudget({ ...needs, httpMaxConnections: 5000 }).http).toBe(http);
  });

  it('reserves the connections of a metrics port', () => {
    const without = descriptorBudget({ ...needs, limit: 20_000 }).http!;
    expect(descriptorBudget({ ...needs, limit: 20_000, hasMetricsPort: true }).http).toBe(
      without - METRICS_MAX_CONNECTIONS,
    );
  });

  const anyNeeds = fc.record({
    limit: fc.integer({ min: 1, max: 100_000 }),
    terminals: fc.integer({ min: 1, max: 1000 }),
    hosts: fc.integer({ min: 1, max: 100 }),
    databaseConnections: fc.integer({ min: 1, max: 600 }),
    hasMetricsPort: fc.boolean(),
    httpMaxConnections: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  });

  it('never allots more than the limit has, and leaves nothing unused that could be used', () => {
    fc.assert(
      fc.property(anyNeeds, (some) => {
        const budget = descriptorBudget(some);
        fc.pre(some.limit >= budget.lowestLimit);
        const metrics = some.hasMetricsPort ? METRICS_MAX_CONNECTIONS : 0;
        const reserve = some.databaseConnections + 2 * (some.terminals + some.hosts) + metrics;
        const shared = reserve + budget.http! + total(budget);
        expect(shared).toBeLessThan(some.limit - 64);
        const isSated = budget.http === some.httpMaxConnections;
        if (!isSated) expect(shared).toBeGreaterThanOrEqual(some.limit - 80);
      }),
    );
  });

  it('gives callers and strangers at least a few places at the lowest limit, and never fewer with a higher one', () => {
    fc.assert(
      fc.property(anyNeeds, (some) => {
        const { lowestLimit } = descriptorBudget(some);
        const lowest = descriptorBudget({ ...some, limit: lowestLimit });
        expect(lowest.http).toBe(Math.min(16, some.httpMaxConnections ?? 16));
        expect(total(lowest)).toBe(32);
        const more = descriptorBudget({ ...some, limit: lowestLimit + some.limit });
        expect(more.http).toBeGreaterThanOrEqual(lowest.http!);
        expect(total(more)).toBeGreaterThanOrEqual(32);
      }),
    );
  });

  it('cuts nothing down at the ample limit', () => {
    fc.assert(
      fc.property(anyNeeds, (some) => {
        const { ampleLimit } = descriptorBudget(some);
        const set = { ...some, httpMaxConnections: some.httpMaxConnections ?? 16 };
        const budget = descriptorBudget({ ...set, limit: ampleLimit });
        expect(budget.http).toBe(set.httpMaxConnections);
        expect(budget.unproved).toEqual(unprovedPlaces(some.terminals));
      }),
    );
  });
});

describe('unprovedPlaces', () => {
  it('are cut down in proportion, so that addresses known from before keep theirs', () => {
    expect(unprovedPlaces(15, 40)).toEqual({ strangers: 31, knownAddresses: 9, perAddress: 15 });
  });
});

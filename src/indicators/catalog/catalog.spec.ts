import { describe, expect, it } from '@jest/globals';
import { syntheticCandles } from '../../../test/support/candles.js';
import { snapshotOf } from '../../../test/support/snapshots.js';
import type { IndicatorSettings } from '../../config/index.js';
import { runSteps } from '../../kernel/index.js';
import { newestWindow } from '../answer-window.js';
import { DEFAULT_ENGINE_SETTINGS } from '../formulas/settings.js';
import { INDICATORS } from './catalog.js';

const configured: IndicatorSettings = { source: 'engine', engine: DEFAULT_ENGINE_SETTINGS, terminal: [] };

describe('INDICATORS', () => {
  it('has an indicator of each id once, in kebab case', () => {
    const ids = INDICATORS.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  });

  it('has each member of data from one indicator only', () => {
    const members = INDICATORS.flatMap(({ example }) => Object.keys(example));
    expect(members).toEqual([...new Set(members)]);
  });

  it.each(INDICATORS.map((indicator) => [indicator.id, indicator] as const))(
    'documents and shows by example the members that %s renders, with bars and without',
    (_id, { settings, compute, render, schema, example }) => {
      const documented: unknown = Reflect.getMetadata('swagger/apiModelPropertiesArray', schema.prototype as object);
      for (const bars of [0, 300]) {
        const snapshot = snapshotOf(syntheticCandles({ seed: 5, bars }));
        const window = { ...newestWindow(snapshot, 100, { wing: 0, lookbackBars: 1 }), show: (time: number) => time };
        const result = runSteps(compute(window.closed, settings(configured, {})));
        const members = Object.keys(JSON.parse(`{${[...render(result, window)].join('')}}`) as object);
        expect(members).toEqual(Object.keys(example));
        expect(documented).toEqual(members.map((member) => `:${member}`));
      }
    },
  );

  it('keeps the configured settings where a request changes nothing, so that results are shared', () => {
    for (const { settings } of INDICATORS) expect(settings(configured, {})).toBe(settings(configured, {}));
  });
});

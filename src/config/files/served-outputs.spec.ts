import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SERVED_OUTPUTS } from './served-outputs.js';

describe('SERVED_OUTPUTS', () => {
  it('are the names of an answer, as openapi.json has them, and the two kinds of fractals', () => {
    const { components } = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
      components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
    };
    const members = Object.values(components.schemas).flatMap(({ properties = {} }) => Object.keys(properties));
    const lines = members.filter((name) => /^[a-z]+_[1-9]$/.test(name));

    expect(SERVED_OUTPUTS).toEqual(expect.arrayContaining(['fractal_peaks', 'fractal_bottoms']));
    expect(new Set(SERVED_OUTPUTS.filter((name) => !name.startsWith('fractal_')))).toEqual(new Set(lines));
  });
});

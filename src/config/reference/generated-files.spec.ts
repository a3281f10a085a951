import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderJsonSchemas } from '../files/json-schema.js';
import { knownVariables, SECTIONS } from '../sections/all-sections.js';
import { renderEnvExample } from './env-example.js';

describe('generated files', () => {
  it('.env.example holds exactly the known variables (npm run schemas writes it)', () => {
    const text = readFileSync('.env.example', 'utf8');
    expect(text).toBe(renderEnvExample());
    const inFile = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(inFile).toEqual(knownVariables());
    expect(new Set(inFile).size).toBe(inFile.length);
  });

  it('every variable documents its purpose, its unit, and its default', () => {
    for (const variable of SECTIONS.flatMap(({ variables }) => Object.values(variables))) {
      expect(variable.about).toMatch(/^[A-Z].*\.$/);
      expect(variable.unit).not.toBe('');
      expect(variable.required || variable.defaultText !== undefined || variable.defaultNote !== undefined).toBe(true);
      expect(variable.secret && variable.defaultText !== undefined).toBe(false);
    }
  });

  it('every default follows its own rule', () => {
    for (const { name, defaultText, parse } of SECTIONS.flatMap(({ variables }) => Object.values(variables))) {
      if (defaultText !== undefined) expect([name, parse(defaultText)]).toEqual([name, expect.anything()]);
    }
  });

  it.each(Object.entries(renderJsonSchemas()))(
    'config/schemas/%s equals the class that validates the file',
    (name, schema) => {
      expect(JSON.parse(readFileSync(join('config/schemas', name), 'utf8'))).toEqual(schema);
    },
  );
});

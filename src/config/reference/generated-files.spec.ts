import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderEnvExample } from './env-example.js';
import * as environments from '../sections/environment.js';
import { renderJsonSchemas } from '../files/json-schema.js';
import { variablesOf } from '../environment/variable.js';

describe('generated files', () => {
  it('.env.example holds exactly the known variables (npm run schemas writes it)', () => {
    const text = readFileSync('.env.example', 'utf8');
    expect(text).toBe(renderEnvExample());
    const inFile = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);
    const known = Object.values(environments).flatMap((environment) =>
      variablesOf(environment).map(({ name }) => name),
    );
    expect(new Set(inFile)).toEqual(new Set(known));
    expect(inFile).toHaveLength(known.length);
  });

  it('every variable says what it is for, in which unit, and what holds when it is unset', () => {
    for (const variable of Object.values(environments).flatMap(variablesOf)) {
      expect(variable.about).toMatch(/^[A-Z].*\.$/);
      expect(variable.unit).not.toBe('');
      expect(variable.required || variable.defaultText !== undefined || variable.defaultNote !== undefined).toBe(true);
      expect(variable.secret && variable.defaultText !== undefined).toBe(false);
    }
  });

  it.each(Object.entries(renderJsonSchemas()))(
    'config/schemas/%s equals the class that validates the file',
    (name, schema) => {
      expect(JSON.parse(readFileSync(join('config/schemas', name), 'utf8'))).toEqual(schema);
    },
  );
});

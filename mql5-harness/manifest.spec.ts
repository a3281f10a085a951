import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from './translator/manifest.js';

const header = (name: string) => readFileSync(join(import.meta.dirname, 'runtime', name), 'utf8');

/** What a header declares for programs: between its marks. */
function declared(name: string): string {
  return /\/\/ manifest:\w+\n([\s\S]*?)\/\/ manifest:end/.exec(header(name))![1]!;
}

/** Functions that are templates, and those that the translator writes itself. */
const GENERIC = [
  ...[
    ...`${header('mql-array.hpp')}${header('mql-functions.hpp')}`.matchAll(
      /^(?:template <.*> )?\w+ ((?:[A-Z]\w+))\(/gm,
    ),
  ],
].map((match) => match[1]!);

describe('the manifest of the MQL5 API', () => {
  const manifest = readManifest();

  it('lists each function of the runtime with its signature, and no other', () => {
    const plain = [...declared('mql-functions.hpp').matchAll(/^[\w ]+? (\w+)\((.*)\);$/gm)].map(([line]) => {
      const inMql5 = line
        .replaceAll(/Array<(\w+)> &(\w+)/g, '$1 &$2[]')
        .replaceAll(/const string &(\w)/g, 'const string $1');
      return inMql5.replace(/;$/, '');
    });
    const listed = manifest.functions.map(({ signature }) => signature);
    const names = new Set(manifest.functions.map(({ name }) => name));

    expect(plain.filter((signature) => !listed.includes(signature))).toEqual([]);
    const generic = listed.filter((signature) => !plain.includes(signature));
    const known = [...GENERIC, 'EnumToString'];
    expect(generic.filter((signature) => !known.includes(/(\w+)\(/.exec(signature)![1]!))).toEqual([]);
    expect(GENERIC.filter((name) => !names.has(name) && name !== 'Argument')).toEqual([]);
    expect(plain.length).toBeGreaterThan(80);
  });

  it('lists each constant and type of the runtime, and no other', () => {
    const text = declared('mql-constants.hpp');
    const enums = [...text.matchAll(/enum (\w+) : int \{([^}]*)\}/g)];
    const members = enums.flatMap(([, , body]) => body!.split(',').map((one) => one.split('=')[0]!.trim()));
    const constants = [...text.matchAll(/constexpr [\w ]+? (\w+) = /g)].map((match) => match[1]!);
    const predefined = [...header('mql-functions.hpp').matchAll(/constexpr Predefined\w+ (\w+)\{/g)].map(
      (match) => match[1]!,
    );
    const structs = [
      ...`${header('mql-types.hpp')}${header('mql-constants.hpp')}`.matchAll(/^struct .*?(Mql\w+) \{/gm),
    ];

    const sorted = (names: readonly string[]) => [...names].sort();
    expect(sorted(manifest.constants.map(({ name }) => name))).toEqual(
      sorted([...constants, ...members, ...predefined]),
    );
    const types = [...enums, ...structs].map((match) => match[1]!);
    expect(sorted(manifest.types.map(({ name }) => name))).toEqual(sorted(types));
  });

  it('says of each entry where it stands in the manual, or that it is assumed', () => {
    const entries = [...manifest.functions, ...manifest.constants, ...manifest.types];
    for (const { name, source } of entries) {
      expect({ name, source }).toEqual({ name, source: expect.stringMatching(/^(MQL5 Reference, |assumed)/) });
    }
  });

  it('names for each assumption a fact of the probe that settles it, or says why there is none', () => {
    const probe = readFileSync(join(import.meta.dirname, '..', 'mql5', 'Scripts', 'HarnessProbe.mq5'), 'utf8');
    const facts = new Set([...probe.matchAll(/\b(?:Fact|Count)\((\d+),/g)].map((match) => match[1]!));
    const register = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    const entries = [...manifest.functions, ...manifest.constants, ...manifest.types];
    const assumed = entries.flatMap(({ name, assumed: list = [] }) => list.map((one) => ({ name, ...one })));
    expect(assumed.length).toBeGreaterThan(20);
    for (const { name, what, settledBy } of assumed) {
      expect({ name, what, settledBy }).toMatchObject({
        settledBy: expect.stringMatching(/^(probe \d+(, \d+)*|not probed: .{20,})$/),
      });
    }
    const named = assumed
      .filter(({ settledBy }) => settledBy.startsWith('probe'))
      .flatMap((one) => numbersIn(one.settledBy));
    expect(named.filter((number) => !facts.has(number))).toEqual([]);
    // Whatever the register calls assumed and has a fact for stands here, too.
    const rows = register.split('\n').filter((line) => line.startsWith('|') && /assumed.*probes? \d/.test(line));
    expect(rows.length).toBeGreaterThan(8);
    const missing = rows.filter(
      (row) => !numbersIn(row.slice(row.indexOf('probe'))).some((one) => named.includes(one)),
    );
    expect(missing).toEqual([]);
  });
});

function numbersIn(text: string): string[] {
  return [...text.matchAll(/\d+/g)].map(([number]) => number);
}

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
});

import { describe, expect, it } from '@jest/globals';
import { ACCEPTED } from './corpus/accepted.js';
import { REFUSED } from './corpus/refused.js';
import { SMALL_MANIFEST } from './corpus/small-manifest.js';
import { SourceRefused } from './refusal.js';
import { translate, type Translation } from './translate.js';

const PROGRAM = 'Experts/Snippet.mq5';

function translated(source: string, includes: Readonly<Record<string, string>> = {}): Translation {
  const sources: Readonly<Record<string, string>> = { [PROGRAM]: source, ...includes };
  return translate(PROGRAM, (path) => sources[path], SMALL_MANIFEST);
}

function refusalsOf(source: string): readonly { rule: string; at: string; file: string }[] {
  try {
    translated(source);
  } catch (error) {
    if (!(error instanceof SourceRefused)) throw error;
    return error.refusals.map(({ rule, line, column, file }) => ({ rule, at: `${line}:${column}`, file }));
  }
  return [];
}

/** What comes from the source, line by line. */
function ownLines(cpp: string): string[] {
  const [, body] = cpp.split('#line 1 "mql5/Experts/Snippet.mq5"\n');
  return body!.split('\n#line')[0]!.split('\n');
}

describe('the translator', () => {
  it.each(REFUSED)('refuses $source for $rule', ({ rule, source, at }) => {
    expect(refusalsOf(source)).toContainEqual({ rule, at, file: `mql5/${PROGRAM}` });
  });

  it('has at least fifty snippets to refuse', () => {
    expect(new Set(REFUSED.map(({ source }) => source)).size).toBeGreaterThanOrEqual(50);
  });

  it.each(ACCEPTED)('accepts $name', ({ source, cpp }) => {
    const emitted = translated(source).cpp.replace(/ +/g, ' ').replace(/ ;/g, ';');
    for (const piece of cpp) expect(emitted).toContain(piece.replace(/ +/g, ' '));
  });

  it.each(ACCEPTED)('keeps the number of lines: $name', ({ source }) => {
    expect(ownLines(translated(source).cpp)).toHaveLength(source.split('\n').length + 1);
  });

  it('keeps every statement on its line', () => {
    const source = ['int a[3]; /* one', ' two */', 'void F()', '{', '   a[0] = // why', '      1;', '}'];
    const emitted = ownLines(translated(source.join('\r\n')).cpp).map((line) => line.trimEnd());
    expect(emitted).toEqual(['SArray<int, 3> a;', '', 'void F()', '{', '   a[0] =', '      1;', '}', '']);
  });

  it('takes every include once, with marks that lead to its own lines', () => {
    const source = '#include <Lib\\A.mqh>\n#include <Lib\\B.mqh>\nint c = a + b;';
    const includes = {
      'Include/Lib/A.mqh': '#include <Lib\\B.mqh>\nint a = b;',
      'Include/Lib/B.mqh': 'int b = 1;\n',
    };
    const { cpp, files, kind } = translated(source, includes);
    expect(cpp.match(/int b = 1;/g)).toHaveLength(1);
    expect(cpp).toContain('#line 1 "mql5/Include/Lib/B.mqh"\nint b = 1;');
    expect(cpp).toContain('#line 1 "mql5/Include/Lib/A.mqh"\n\nint a = b;');
    expect(cpp).toContain('#line 1 "mql5/Experts/Snippet.mq5"\n\n\nint c = a + b;');
    expect(files).toEqual([PROGRAM, 'Include/Lib/A.mqh', 'Include/Lib/B.mqh']);
    expect(kind).toBe('expert');
  });

  it('names the include in which the fault lies', () => {
    const includes = { 'Include/A.mqh': 'int a;\nint b = 010;' };
    expect(() => translated('#include <A.mqh>', includes)).toThrow('mql5/Include/A.mqh:2:9: 010 starts with a zero');
  });

  it('lists all unknown names in one error', () => {
    const found = refusalsOf('void F()\n{\nOrderSend(1);\nint a = nowhere;\nPrint(a.b);\n}');
    expect(found.map(({ rule }) => rule)).toEqual(['unknown-function', 'unknown-name', 'unknown-member']);
  });

  it('lets only scripts sleep', () => {
    const sleeps = (): string => 'void OnStart() { Sleep(1); }';
    expect(translate('Scripts/A.mq5', sleeps, SMALL_MANIFEST).kind).toBe('script');
    expect(() => translate('Indicators/A.mq5', sleeps, SMALL_MANIFEST)).toThrow('[sleep]');
  });

  it('says which program is missing or lies in the wrong folder', () => {
    expect(() => translate('Experts/None.mq5', () => undefined, SMALL_MANIFEST)).toThrow(
      'there is no mql5/Experts/None.mq5',
    );
    expect(() => translate('Files/A.mq5', () => '', SMALL_MANIFEST)).toThrow('none of the folders');
  });
});

import { refuse } from './refusal.js';
import { PUNCTUATORS } from './vocabulary.js';

export type TokenKind = 'name' | 'number' | 'text' | 'letter' | 'mark' | 'directive' | 'end';

/** A word of the source; the parser decides what becomes of it in C++ by changing `output`. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Blanks and line ends before it; comments became blanks. */
  readonly gap: string;
  output: string;
}

const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const WELL_FORMED =
  /^(?:0[xX][0-9a-fA-F]{1,16}|(?:0|[1-9]\d*)|(?:0|[1-9]\d*)?\.\d+(?:[eE][+-]?\d+)?|(?:0|[1-9]\d*)\.?(?:[eE][+-]?\d+)?)$/;
const NAME = /[A-Za-z_]\w*/y;
const TEXT = /"(?:[^"\\\n]|\\.)*"/y;
const LETTER = /'(?:[^'\\\n]|\\x[0-9a-fA-F]+|\\.)'/y;
const BLANKS = /[ \t\r\n]+/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;
const DIRECTIVE = /#[^\n]*/y;
const ESCAPES = /\\[nrt"\\]/g;

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, "'": 39, '"': 34, '\\': 92 };

/**
 * Cuts one file into tokens; the last one is the end of the file.
 * @param firstLine line of the file on which `source` begins
 * @throws SourceRefused
 */
export function tokenize(file: string, source: string, firstLine = 1): Token[] {
  return new Tokenizer(file, source, firstLine).run();
}

function codeOf(inner: string): number {
  if (!inner.startsWith('\\')) return inner.charCodeAt(0);
  return inner[1] === 'x' ? Number.parseInt(inner.slice(2), 16) : SIMPLE_ESCAPES[inner[1]!]!;
}

class Tokenizer {
  private position = 0;
  private lineStart = 0;
  private gap = '';
  private readonly tokens: Token[] = [];

  constructor(
    private readonly file: string,
    private readonly source: string,
    private line: number,
  ) {}

  run(): Token[] {
    this.refuseForeignCharacters();
    while (this.position < this.source.length) {
      if (!this.skipGap()) this.cutOne();
    }
    this.push('end', '');
    return this.tokens;
  }

  private refuseForeignCharacters(): void {
    const at = this.source.search(/[^\t\r\n -~]/);
    if (at < 0) return;
    const before = this.source.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    refuse({ file: this.file, line, column }, 'non-ascii', 'a source is plain ASCII, comments too');
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.source)?.[0];
  }

  private skipGap(): boolean {
    const blanks = this.take(BLANKS);
    const skipped = blanks ?? this.take(LINE_COMMENT) ?? this.take(BLOCK_COMMENT);
    if (skipped === undefined) {
      if (this.source.startsWith('/*', this.position)) refuse(this.place(), 'comment', 'the comment never ends');
      return false;
    }
    this.gap += blanks?.replaceAll('\r', '') ?? skipped.replace(/[^\n]/g, ' ');
    this.advance(skipped);
    return true;
  }

  private cutOne(): void {
    if (this.source[this.position] === '#') return this.cutDirective();
    const name = this.take(NAME);
    if (name !== undefined) return this.cutName(name);
    const number = this.take(NUMBER);
    if (number !== undefined) return this.cutNumber(number);
    if (this.source[this.position] === '"') return this.cutText();
    if (this.source[this.position] === "'") return this.cutLetter();
    const mark = PUNCTUATORS.find((one) => this.source.startsWith(one, this.position));
    if (mark === undefined) refuse(this.place(), 'character', `'${this.source[this.position]}' is no part of MQL5`);
    this.push('mark', mark);
  }

  private cutDirective(): void {
    const directive = this.take(DIRECTIVE)!.replace(/\r$/, '');
    if (this.tokens.at(-1)?.line === this.line) {
      refuse(this.place(), 'directive', 'a directive stands alone on its line');
    }
    if (directive.endsWith('\\')) refuse(this.place(), 'multi-line-macro', 'a directive is one line long');
    this.push('directive', directive);
  }

  private cutName(name: string): void {
    const next = this.source[this.position + name.length];
    if (next === "'") refuse(this.place(), 'special-literal', `write ${name}'...' as a number or a text`);
    this.push('name', name);
  }

  private cutNumber(number: string): void {
    if (/^0\d/.test(number)) refuse(this.place(), 'leading-zero', `${number} starts with a zero: C reads it as octal`);
    const next = this.source[this.position + number.length] ?? '';
    if (/\w/.test(next)) refuse(this.place(), 'number-suffix', `'${number}${next}': numbers have no suffix here`);
    if (!WELL_FORMED.test(number)) refuse(this.place(), 'number', `${number} is not a number of the subset`);
    this.push('number', number);
  }

  private cutText(): void {
    const text = this.take(TEXT) ?? refuse(this.place(), 'text-literal', 'the text never ends');
    if (text.slice(1, -1).replace(ESCAPES, '').includes('\\')) {
      refuse(this.place(), 'text-escape', 'a text knows \\n, \\r, \\t, \\" and \\\\ only');
    }
    this.push('text', text, `${text}_s`);
  }

  private cutLetter(): void {
    const letter = this.take(LETTER) ?? refuse(this.place(), 'letter-literal', 'not a single character');
    const inner = letter.slice(1, -1);
    if (inner.startsWith('\\') && !/^\\(?:[nrt0'"\\]|x[0-9a-fA-F]{1,2})$/.test(inner)) {
      refuse(this.place(), 'text-escape', `${letter} is not a character of the subset`);
    }
    this.push('letter', letter, `mql::ushort(${codeOf(inner)})`);
  }

  private push(kind: TokenKind, text: string, output = text): void {
    this.tokens.push({ kind, text, ...this.place(), gap: this.gap, output });
    this.gap = '';
    this.advance(text);
  }

  private place(): { file: string; line: number; column: number } {
    return { file: this.file, line: this.line, column: this.position - this.lineStart + 1 };
  }

  private advance(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.line++;
      this.lineStart = this.position + at + 1;
    }
    this.position += text.length;
  }
}

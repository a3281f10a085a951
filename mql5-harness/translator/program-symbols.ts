import type { Manifest } from './manifest.js';
import { refuse, type Refusal } from './refusal.js';
import type { Token } from './tokenizer.js';
import { CPP_ONLY_WORDS, KEYWORDS, REFUSED_WORDS, SIMPLE_TYPES } from './vocabulary.js';

/** A type of the program or of the API. */
export interface DeclaredType {
  readonly kind: 'simple' | 'enum' | 'struct' | 'class' | 'union';
  /** Whether its bytes may be copied: no text, no array that grows, no object in it. */
  readonly isPlain: boolean;
}

/** An `input` of the program. */
export interface InputDeclaration {
  readonly name: string;
  readonly type: string;
}

/** An enumeration of the program with its values in order. */
export interface EnumDeclaration {
  readonly name: string;
  readonly values: readonly string[];
}

/** What MetaEditor takes. */
const MAX_NAME_LENGTH = 63;

type Use = 'function' | 'method' | 'member' | 'name';

const RULES: Readonly<Record<Use, string>> = {
  function: 'unknown-function',
  method: 'unknown-method',
  member: 'unknown-member',
  name: 'unknown-name',
};

/** What a program declares, and what it uses; uses are checked when everything was read. */
export class ProgramSymbols {
  readonly types = new Map<string, DeclaredType>();
  /** Types of the program in the order of their definitions. */
  readonly ownTypes: (Pick<DeclaredType, 'kind'> & { readonly name: string })[] = [];
  readonly inputs: InputDeclaration[] = [];
  readonly enums: EnumDeclaration[] = [];
  /** C++ declarations of all free functions, without defaults. */
  readonly prototypes: string[] = [];
  /** Event handlers that are defined. */
  readonly handlers = new Set<string>();
  /** `#property` values by name. */
  readonly properties = new Map<string, string>();

  private readonly known: Record<Use, Set<string>> = {
    function: new Set(),
    method: new Set(),
    member: new Set(),
    name: new Set(),
  };
  private readonly uses: { readonly use: Use; readonly token: Token }[] = [];
  private readonly ofApi: Set<string>;

  constructor(manifest: Manifest) {
    for (const name of SIMPLE_TYPES) this.types.set(name, { kind: 'simple', isPlain: name !== 'string' });
    for (const { name, kind, members } of manifest.types) {
      this.types.set(name, { kind, isPlain: name !== 'MqlParam' });
      for (const member of members ?? []) this.known.member.add(member);
    }
    for (const { name } of manifest.functions) this.known.function.add(name);
    for (const { name } of manifest.constants) this.known.name.add(name);
    const entries = [manifest.functions, manifest.constants, manifest.types].flat();
    this.ofApi = new Set(entries.map(({ name }) => name));
  }

  /** Whether the token names a type that is known so far. */
  isType({ kind, text }: Token): boolean {
    return kind === 'name' && this.types.has(text);
  }

  /** Notes a declared name. @throws SourceRefused when nothing may have this name */
  declare(use: Use, token: Token): void {
    const { text } = token;
    const rule = REFUSED_WORDS.get(text);
    if (rule !== undefined) refuse(token, rule, `'${text}' is not in the subset`);
    if (KEYWORDS.has(text) || SIMPLE_TYPES.has(text)) refuse(token, 'syntax', `'${text}' is no name`);
    if (CPP_ONLY_WORDS.has(text) || text.includes('__') || /^_[A-Z]/.test(text)) {
      refuse(token, 'reserved-name', `'${text}' means something else to a compiler`);
    }
    if (text.length > MAX_NAME_LENGTH) refuse(token, 'long-name', `a name has at most ${MAX_NAME_LENGTH} letters`);
    if (this.isOfApi(text) && use !== 'member' && use !== 'method') {
      refuse(token, 'api-name', `'${text}' is a name of the API`);
    }
    this.known[use].add(text);
  }

  /** Notes a new type. @throws SourceRefused when it exists or may not have this name */
  declareType(token: Token, type: DeclaredType): void {
    if (this.types.has(token.text)) refuse(token, 'redefinition', `'${token.text}' is a type already`);
    this.declare('name', token);
    this.types.set(token.text, type);
    this.ownTypes.push({ name: token.text, kind: type.kind });
  }

  /** Whether the manifest has this name. */
  isOfApi(name: string): boolean {
    return this.ofApi.has(name);
  }

  /** Notes that a name is used. */
  use(use: Use, token: Token): void {
    this.uses.push({ use, token });
  }

  /** The calls of a function. */
  callsOf(name: string): Token[] {
    return this.uses.flatMap(({ use, token }) => (use === 'function' && token.text === name ? [token] : []));
  }

  /** The uses of what neither the program nor the manifest has. */
  unknownUses(): Refusal[] {
    return this.uses
      .filter(({ use, token: { text } }) => !this.isKnown(use, text))
      .map(({ use, token: { text, file, line, column } }) => {
        const message = `'${text}' is neither in this program nor on the manifest of the API`;
        return { rule: RULES[use], message, file, line, column };
      });
  }

  private isKnown(use: Use, name: string): boolean {
    if (use === 'function') return this.known.function.has(name) || this.known.method.has(name);
    if (use === 'name') return this.known.name.has(name) || this.known.member.has(name);
    return this.known[use].has(name);
  }
}

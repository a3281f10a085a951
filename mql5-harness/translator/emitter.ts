import type { EnumDeclaration, ProgramSymbols } from './program-symbols.js';

/** What the terminal does with a program. */
export type ProgramKind = 'expert' | 'indicator' | 'script';

interface ProgramOutline {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly symbols: ProgramSymbols;
  /** The translated files with their `#line` marks. */
  readonly text: string;
}

/** Members of the table in which the runtime finds the handlers, in its order. */
const HANDLER_MEMBERS: readonly (readonly [member: string, handler?: string])[] = [
  ['onInit', 'OnInit'],
  ['onInitVoid'],
  ['onDeinit', 'OnDeinit'],
  ['onTick', 'OnTick'],
  ['onTimer', 'OnTimer'],
  ['onStart', 'OnStart'],
  ['onCalculate', 'OnCalculate'],
];

/** The C++ file: what the text needs to know before it begins, the text, and the table of the program. */
export function renderProgram({ name, kind, symbols, text }: ProgramOutline): string {
  return [
    '#include "mql.hpp"',
    'namespace program {',
    'using namespace mql;',
    ...(symbols.callsOf('EnumToString').length > 0 ? ['using mql::EnumToString;'] : []),
    ...forwardTypes(symbols),
    ...symbols.enums.map(({ name: enumName }) => `mql::string EnumToString(const ${enumName} value);`),
    ...symbols.prototypes,
    text,
    `#line 1 "${name} (program table)"`,
    ...symbols.enums.map(enumToString),
    '}',
    ...programTable({ name, kind, symbols, text }),
    '',
  ].join('\n');
}

function forwardTypes({ ownTypes }: ProgramSymbols): string[] {
  return ownTypes.map(({ name, kind }) => (kind === 'enum' ? `enum ${name} : int;` : `${kind} ${name};`));
}

function enumToString({ name, values }: EnumDeclaration): string {
  const cases = values.map((value) => `case ${value}: return "${value}"_s;`).join(' ');
  return `mql::string EnumToString(const ${name} value) { switch(value) { ${cases} } return "${name}::?"_s; }`;
}

function programTable({ name, kind, symbols }: ProgramOutline): string[] {
  const { inputs, properties, handlers } = symbols;
  const rows = inputs.map((input) => `{"${input.name}", "${input.type}"}`).join(', ');
  const table = [
    `.name = "${name}"`,
    `.kind = mql::Kind::${kind}`,
    `.indicatorBuffers = ${properties.get('indicator_buffers') ?? '0'}`,
    `.indicatorPlots = ${properties.get('indicator_plots') ?? '0'}`,
    `.inputs = ${inputs.length > 0 ? 'program_inputs' : 'nullptr'}`,
    `.inputCount = ${inputs.length}`,
    ...HANDLER_MEMBERS.map(([member, handler]) => {
      const isThere = handler !== undefined && handlers.has(handler);
      return `.${member} = ${isThere ? `program::${handler}` : 'nullptr'}`;
    }),
  ];
  return [
    ...(inputs.length > 0 ? [`static const mql::InputInfo program_inputs[] = { ${rows} };`] : []),
    'extern "C" { extern MQL_EXPORT const mql::Program mql_program; }',
    `const mql::Program mql_program{ ${table.join(', ')} };`,
  ];
}

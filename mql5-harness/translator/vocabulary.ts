/** Types of the language that the subset has; every one of them is a type of the same name in C++. */
export const SIMPLE_TYPES: ReadonlySet<string> = new Set(
  'void bool uchar short ushort int uint long ulong float double color datetime string'.split(' '),
);

/** Words of the language that the subset has. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'break case class const continue default do else enum false for if input NULL private protected public return ' +
    'sinput sizeof static struct switch this true union while'
  ).split(' '),
);

/** Words of MQL5 that the subset leaves out, each with the rule that it breaks. */
export const REFUSED_WORDS: ReadonlyMap<string, string> = new Map([
  ['new', 'object-pointer'],
  ['delete', 'object-pointer'],
  ['virtual', 'virtual'],
  ['override', 'virtual'],
  ['interface', 'virtual'],
  ['template', 'template'],
  ['typename', 'template'],
  ['typedef', 'typedef'],
  ['operator', 'operator-overload'],
  ['goto', 'goto'],
  ['extern', 'extern'],
  ['char', 'char-type'],
  ['vector', 'reserved-name'],
  ['matrix', 'reserved-name'],
  ['complex', 'reserved-name'],
]);

const CPP_WORDS =
  'alignas alignof and and_eq asm auto bitand bitor catch char8_t char16_t char32_t co_await co_return co_yield compl ' +
  'concept const_cast consteval constexpr constinit decltype dynamic_cast explicit export final friend inline module ' +
  'mutable mql namespace noexcept not not_eq nullptr or or_eq register reinterpret_cast requires signed ' +
  'static_assert static_cast std thread_local throw try typeid unsigned using volatile wchar_t xor xor_eq ' +
  'linux unix assert errno NAN INFINITY HUGE_VAL M_PI stdin stdout stderr';

/** Names that mean something to the C++ compiler and nothing to MetaEditor. */
export const CPP_ONLY_WORDS: ReadonlySet<string> = new Set(CPP_WORDS.split(' '));

/** Longest first, as the tokenizer tries them. */
export const PUNCTUATORS: readonly string[] = (
  '<<= >>= == != <= >= && || << >> += -= *= /= %= &= |= ^= ++ -- -> :: ' +
  '+ - * / % = < > ! & | ^ ~ ? : ; , . ( ) [ ] { }'
).split(' ');

/** How strongly a binary operator binds, weakest first; the order is the same in MQL5 and C++. */
export const BINARY_LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

export const ASSIGNMENTS: ReadonlySet<string> = new Set('= += -= *= /= %= &= |= ^= <<= >>='.split(' '));

/** Parameters of the event handlers, as they must be written (spaces do not count). */
export const HANDLERS: ReadonlyMap<string, string> = new Map([
  ['OnInit', 'int()'],
  ['OnDeinit', 'void(const int reason)'],
  ['OnTick', 'void()'],
  ['OnTimer', 'void()'],
  ['OnStart', 'void()'],
  [
    'OnCalculate',
    'int(const int rates_total,const int prev_calculated,const datetime&time[],const double&open[],' +
      'const double&high[],const double&low[],const double&close[],const long&tick_volume[],const long&volume[],' +
      'const int&spread[])',
  ],
]);

/** `#property` names of the subset; the value is what has to follow. */
export const PROPERTIES: ReadonlyMap<string, 'text' | 'number' | 'word' | 'nothing'> = new Map([
  ['copyright', 'text'],
  ['link', 'text'],
  ['version', 'text'],
  ['description', 'text'],
  ['strict', 'nothing'],
  ['indicator_chart_window', 'nothing'],
  ['indicator_separate_window', 'nothing'],
  ['indicator_buffers', 'number'],
  ['indicator_plots', 'number'],
  ['indicator_type', 'word'],
  ['indicator_style', 'word'],
  ['indicator_color', 'word'],
  ['indicator_width', 'number'],
  ['indicator_label', 'text'],
  ['script_show_inputs', 'nothing'],
]);

/** A construct of the subset and the C++ that it becomes. */
export interface AcceptedSnippet {
  readonly name: string;
  readonly source: string;
  /** Pieces of the C++. */
  readonly cpp: readonly string[];
}

const accepted = (name: string, source: string, ...cpp: string[]): AcceptedSnippet => ({ name, source, cpp });
const inBody = (name: string, body: string, ...cpp: string[]): AcceptedSnippet =>
  accepted(name, `void F()\n{\n${body}\n}`, ...cpp);

export const ACCEPTED: readonly AcceptedSnippet[] = [
  accepted('comments become blanks', 'int a; /* one\ntwo */ int b; // "three', 'int a;       \n       int b;'),
  accepted('properties become empty lines', '#property version "1.00"\nint a;', '\nint a;'),
  accepted('constants', '#define LIMIT 65536\n#define NAME "x" // why', '#define LIMIT 65536\n#define NAME "x"_s'),
  accepted('inputs', 'input int InpPort = 5555;', 'static const int InpPort = mql::input<int>("InpPort", 5555);'),
  accepted('inputs of an enumeration', 'enum E { A = 1 };\ninput E InpE = A;', 'mql::input<E>("InpE", A);'),
  accepted('groups of inputs', 'input group "Link"\ninput bool A = true;', '\nstatic const bool A = mql::input<bool>'),
  accepted('arrays that grow', 'uchar a[];', 'Array<uchar> a;'),
  accepted('arrays that do not', 'uchar a[4 + 1];', 'SArray<uchar, 4 + 1> a;'),
  accepted('arrays with values', 'const int a[] = {1, 2, 3};', 'const SArray<int, 3> a = {1, 2, 3};'),
  accepted('arrays with size and values', 'int a[2] = {1, 2};', 'SArray<int, 2> a = {1, 2};'),
  accepted('several variables', 'int a[], b = 1, c[4];', 'Array<int> a; int b = 1; SArray<int, 4> c;'),
  accepted('several const variables', 'const int a = 1, b = 2;', 'const int a = 1; const int b = 2;'),
  accepted('array parameters', 'void F(const uchar &a[], int &b) { }', 'void F(const Array<uchar> &a, int &b) { }'),
  accepted('functions in any order', 'void F() { G(1); }\nvoid G(const int a) { }', '\nvoid G(const int);\n'),
  accepted('prototypes without defaults', 'int F(int a = 1) { return a; }', '\nint F(int);\n', 'int F(int a = 1) {'),
  accepted('objects by reference', 'struct A { int a; };\nvoid F(const A &a) { }', 'void F(const A&);', 'struct A;'),
  accepted(
    'plain structs are packed',
    'struct A { uchar a; double b[2]; };',
    'struct __attribute__((packed)) A {',
    'PArray<double, 2> b;',
  ),
  accepted('structs with a text are not', 'struct A { string a; };', 'struct A { string a; };'),
  accepted('structs with an array that grows are not', 'struct A { int a[]; };', 'struct A { Array<int> a; };'),
  accepted('unions', 'union U { double value; long bits; };', 'union __attribute__((packed)) U {'),
  accepted(
    'classes',
    'class C\n{\nprivate:\n int m_a;\n uchar m_b[8];\npublic:\n C() { m_a = 0; }\n ~C() { }\n int A() const { return this.m_a; }\n};\nC c;',
    'SArray<uchar, 8> m_b;',
    'int A() const { return this->m_a; }',
  ),
  accepted('objects with arguments', 'class C { public: C(const int a) { } };\nC c(1);', '\nC c(1);'),
  accepted(
    'enumerations',
    'enum E { A = 1, B = 2 };',
    'enum E : int;',
    'enum E : int {',
    'case A: return "A"_s; case B:',
  ),
  accepted('handlers', 'int OnInit() { return INIT_SUCCEEDED; }', '.onInit = program::OnInit', '.onTick = nullptr'),
  accepted(
    'buffers',
    '#property indicator_buffers 16\n#property indicator_plots 2',
    '.indicatorBuffers = 16, .indicatorPlots = 2',
  ),
  accepted('columns of inputs', 'input string A = "x";', 'program_inputs[] = { {"A", "string"} }', '.inputCount = 1'),
  inBody('texts', 'string a = "x\\n\\"y\\\\";', 'string a = "x\\n\\"y\\\\"_s;'),
  inBody('letters', "ushort a = 'A'; a = '\\n'; a = '\\xff'; a = '\"';", 'mql::ushort(65)', '(10)', '(255)', '(34)'),
  inBody('numbers', 'double a = 0.5 + 1e-9 + .25 + 0xFF;', 'double a = 0.5 + 1e-9 + .25 + 0xFF;'),
  inBody(
    'casts',
    'long a = (long)1.5; int b = int(a); datetime c = (datetime)0;',
    '(long)1.5',
    'int(a)',
    '(datetime)0',
  ),
  inBody('NULL', 'string a = NULL;', 'string a = mql::null;'),
  inBody('the name of the function', 'Print(__FUNCTION__);', 'Print("F"_s);'),
  accepted('the name of a method', 'class C { public: void M() { Print(__FUNCTION__); } };', 'Print("C::M"_s);'),
  inBody('static variables', 'static int a = 0; a++;', 'static int a = 0; a++;'),
  inBody('if and else', 'int a = 0; if(a > 1) a = 2; else if(a < 0) { a += 1; } else a--;'),
  inBody('loops', 'int n = 0; for(int i = 0; i < 3; i++, n--) n += i; while(n > 0) n--; do { n++; } while(n < 2);'),
  inBody('for without parts', 'for(;;) break;'),
  inBody('switch', 'int a = 1; switch(a) { case 1: case 2: { int b = 1; a = b; break; } default: break; }'),
  inBody('choices', 'int a = 1; int b = a > 0 ? (a < 5 ? 1 : 2) : 3; Print(b);'),
  inBody('operators', 'int a = 1; bool b = !(a == 1 && a != 2) || (a & 3) == (a >> 1); a <<= 2; a ^= ~a; Print(b);'),
  inBody('cells and members', 'MqlRates r[]; ArrayResize(r, 3, 10); r[0].close = r[1].open;', 'Array<MqlRates> r;'),
  inBody('struct values', 'MqlRates r = {1, 2, 3};', 'MqlRates r = {1, 2, 3};'),
  inBody('sizes of types', 'int a = (int)sizeof(MqlRates);', 'sizeof(MqlRates)'),
  inBody(
    'bytes of a text',
    'uchar b[]; string t = "a"; int n = StringToCharArray(t, b, 0, WHOLE_ARRAY, CP_UTF8); Print(n);',
  ),
  inBody('text of bytes', 'uchar b[]; Print(CharArrayToString(b, 0, 3, CP_UTF8));'),
  inBody(
    'names of enumerations of the API',
    'ENUM_TIMEFRAMES t = PERIOD_H1; Print(EnumToString(t));',
    'using mql::EnumToString;',
  ),
  inBody('predefined variables', 'Print(_Symbol);', 'Print(_Symbol);'),
];

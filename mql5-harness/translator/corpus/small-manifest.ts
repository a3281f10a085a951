import type { Manifest } from '../manifest.js';

const fn = (signature: string): Manifest['functions'][number] => {
  const [, name] = /(\w+)\(/.exec(signature)!;
  return { name: name!, signature, source: 'assumed' };
};
const constant = (name: string, type: string): Manifest['constants'][number] => ({ name, type, source: 'assumed' });

/** A little of the API, so that the corpus does not depend on what programs happen to use. */
export const SMALL_MANIFEST: Manifest = {
  functions: [
    fn('void Print(...)'),
    fn('void Sleep(int milliseconds)'),
    fn('string EnumToString(enum value)'),
    fn('int ArraySize(const T &array[])'),
    fn('int ArrayResize(T &array[], int size, int reserve)'),
    fn('int StringToCharArray(const string text, uchar &array[], int start, int count, uint codepage)'),
    fn('string CharArrayToString(const uchar &array[], int start, int count, uint codepage)'),
    fn('double MathAbs(double value)'),
    fn('string IntegerToString(long value)'),
    fn('bool SetIndexBuffer(int index, double &buffer[], ENUM_INDEXBUFFER_TYPE type)'),
  ],
  constants: [
    constant('EMPTY_VALUE', 'double'),
    constant('INIT_SUCCEEDED', 'int'),
    constant('WHOLE_ARRAY', 'int'),
    constant('CP_UTF8', 'uint'),
    constant('INDICATOR_DATA', 'ENUM_INDEXBUFFER_TYPE'),
    constant('PERIOD_H1', 'ENUM_TIMEFRAMES'),
    constant('_Symbol', 'string'),
  ],
  types: [
    { name: 'ENUM_TIMEFRAMES', kind: 'enum', source: 'assumed' },
    { name: 'ENUM_INDEXBUFFER_TYPE', kind: 'enum', source: 'assumed' },
    { name: 'MqlRates', kind: 'struct', members: ['time', 'open', 'high', 'low', 'close'], source: 'assumed' },
  ],
};

import { describe, expect, it } from '@jest/globals';
import { BufferReader } from './buffer-reader.js';
import { ContentError, ProtocolError } from './bridge.errors.js';

function reader(hex: string): BufferReader {
  return new BufferReader(Buffer.from(hex, 'hex'), 'test');
}

describe('BufferReader', () => {
  it.each<[string, string, (from: BufferReader) => unknown]>([
    ['a number beyond the end', '010203', (from) => from.u32()],
    ['a string beyond the end', '050061', (from) => from.name()],
    ['2^53', '0000000000002000', (from) => from.i64()],
    ['-2^53', '000000000000e0ff', (from) => from.i64()],
    ['the largest int64', 'ffffffffffffff7f', (from) => from.i64()],
    ['a negative count', 'ffffffffffffffff', (from) => from.count64()],
    ['NaN', '000000000000f87f', (from) => from.f64()],
    ['Infinity', '000000000000f07f', (from) => from.f64()],
    ['a bool of 2', '02', (from) => from.bool()],
    ['a choice of 0', '00', (from) => from.choice(['a'])],
    ['a choice beyond the list', '02', (from) => from.choice(['a'])],
    ['broken UTF-8', '0200c328', (from) => from.name()],
    ['half a surrogate', '0300eda080', (from) => from.name()],
    ['U+0000 in a string', '010000', (from) => from.text()],
    ['a name of 129 bytes', `8100${'61'.repeat(129)}`, (from) => from.name()],
    ['a text of 1025 bytes', `0104${'61'.repeat(1025)}`, (from) => from.text()],
    ['bytes after the last field', '00', (from) => from.end()],
  ])('refuses %s', (_, hex, read) => {
    const from = reader(hex);
    expect(() => [read(from), from.end()]).toThrow(ProtocolError);
  });

  it('continues after a forbidden value and names the first one at the end', () => {
    const from = reader('02ffffffffffffffff07');
    expect([from.bool(), from.count64(), from.u8()]).toEqual([false, -1, 7]);
    expect(() => from.end()).toThrow(new ContentError('bridge protocol: test, before byte 1: 2 is more than 1'));
  });

  it('blames the length of a payload before its values', () => {
    const from = reader('0207');
    from.bool();
    expect(() => from.end()).toThrow('1 bytes too many');
  });

  it('names the item that holds the first forbidden value', () => {
    const from = reader('000102');
    from.list(3, (each) =>
      each.item(
        (one) => one.u8(0),
        (value) => `item ${value}`,
      ),
    );
    expect(() => from.end()).toThrow('before byte 2: 1 is more than 0 (item 1)');
  });

  it.each<[string, string, (from: BufferReader) => unknown, unknown]>([
    ['2^53 - 1', 'ffffffffffff1f00', (from) => from.i64(), Number.MAX_SAFE_INTEGER],
    ['-(2^53 - 1)', '010000000000e0ff', (from) => from.i64(), Number.MIN_SAFE_INTEGER],
    ['-1', 'ffffffffffffffff', (from) => from.i64(), -1],
    ['a negative zero, bit for bit', '0000000000000080', (from) => from.f64(), -0],
    ['the longest name', `8000${'61'.repeat(128)}`, (from) => from.name(), 'a'.repeat(128)],
    ['the first choice', '01', (from) => from.choice(['a', 'b']), 'a'],
  ])('reads %s', (_, hex, read, value) => {
    expect(read(reader(hex))).toBe(value);
  });

  it('names the message and the byte in its errors', () => {
    expect(() => reader('0001').list(3, (from) => from.u8())).toThrow('test, before byte 2: the payload ends');
  });

  it('hands out bytes that do not change with the received chunk', () => {
    const chunk = Buffer.from('0102', 'hex');
    const bytes = new BufferReader(chunk, 'test').bytes(2);
    chunk.fill(0);
    expect(bytes.toString('hex')).toBe('0102');
  });
});

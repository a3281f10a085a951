import { describe, expect, it } from '@jest/globals';
import { chooseCoding } from './content-coding.js';

const LARGE = 100_000;

describe('the coding of an answer', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    [' , ,', 'identity'],
    ['gzip', 'gzip'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, br;q=0.9', 'gzip'],
    ['gzip;q=0.5,br;q=0.501', 'br'],
    ['gzip ; q=0.5 ,\tbr; q=0.2', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.000', 'identity'],
    ['gzip;q=0.001', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['*;q=0', 'identity'],
    ['*;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=0.5, *;q=0.8', 'br'],
    ['identity', 'identity'],
    ['identity, gzip;q=0.9', 'identity'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['identity;q=0', 'identity'],
    ['identity;q=0, gzip', 'gzip'],
    ['deflate, zstd, compress', 'identity'],
    ['gzip;q=1.1', 'identity'],
    ['gzip;q=-1', 'identity'],
    ['gzip;q=0.1234', 'identity'],
    ['gzip;q=1;x=2', 'identity'],
    ['gzip;level=9', 'identity'],
    ['gzip br', 'identity'],
    ['gzip;q=x, br;q=0.1', 'br'],
    ['__proto__, constructor', 'identity'],
  ])('for Accept-Encoding %j is %s', (header, coding) => {
    expect(chooseCoding(header, LARGE)).toBe(coding);
  });

  it.each([
    ['gzip, br', 1023, 'identity'],
    ['gzip, br', 1024, 'br'],
    ['gzip, identity;q=0', 10, 'gzip'],
    ['gzip, *;q=0', 10, 'gzip'],
  ])('for Accept-Encoding %j and a body of %i bytes is %s', (header, bytes, coding) => {
    expect(chooseCoding(header, bytes)).toBe(coding);
  });
});

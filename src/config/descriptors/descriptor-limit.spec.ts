import { describe, expect, it } from '@jest/globals';
import { parseDescriptorLimit, readDescriptorLimit } from './descriptor-limit.js';

const limits = (soft: string): string =>
  [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max processes             11                   12                   processes ',
    `Max open files            ${soft.padEnd(20)} 4096                 files     `,
    'Max locked memory         8388608              8388608              bytes     ',
  ].join('\n');

describe('the limit of open files', () => {
  it('is the soft one', () => expect(parseDescriptorLimit(limits('1024'))).toBe(1024));

  it.each([['unlimited', limits('unlimited')] as const, ['absent', 'Max processes 1 2 processes'] as const])(
    'is unknown where it is %s',
    (_what, text) => expect(parseDescriptorLimit(text)).toBeUndefined(),
  );

  it('is unknown where there is no /proc', () => {
    expect(readDescriptorLimit('/nowhere/self/limits')).toBeUndefined();
  });
});

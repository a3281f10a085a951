import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { encodedBody } from './encoded-bodies.js';

const BODY = Buffer.from(JSON.stringify(Array.from({ length: 5000 }, (_, index) => ({ index, value: index / 7 }))));

describe('a compressed body', () => {
  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('in %s is smaller and holds the same bytes', async (coding, decode) => {
    const bytes = await encodedBody(BODY, coding);
    expect(bytes.length).toBeLessThan(BODY.length / 2);
    expect(decode(bytes).equals(BODY)).toBe(true);
  });

  it('is made once per buffer and coding, also for those who ask at the same time', async () => {
    const body = Buffer.from(BODY);
    const first = encodedBody(body, 'gzip');
    expect(encodedBody(body, 'gzip')).toBe(first);
    const bytes = await first;
    expect(await encodedBody(body, 'gzip')).toBe(bytes);
    expect(await encodedBody(body, 'br')).not.toBe(bytes);
  });

  it('lets the event loop go on while it is made', async () => {
    const order: string[] = [];
    const done = encodedBody(Buffer.from(BODY), 'br').then(() => order.push('compressed'));
    const turn = new Promise<void>((resolve) => setImmediate(resolve)).then(() => order.push('another turn'));
    await Promise.all([done, turn]);
    expect(order).toEqual(['another turn', 'compressed']);
  });
});

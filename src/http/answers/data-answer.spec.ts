import { describe, expect, it } from '@jest/globals';
import { runSteps } from '../../kernel/index.js';
import { digestOfParts, digestSteps, etagOf, heldEtag } from './data-answer.js';

describe('ETags', () => {
  it('depend on the bytes and on nothing else', () => {
    expect(etagOf(Buffer.from('a'))).toBe(etagOf(Buffer.from('a')));
    expect(etagOf(Buffer.from('a'))).not.toBe(etagOf(Buffer.from('b')));
    expect(etagOf(Buffer.alloc(0))).toMatch(/^"[\w-]{27}"$/);
  });

  it('depend on every part where they are made of parts, and read no part twice', () => {
    const tagOf = (...parts: readonly Buffer[]) => {
      const body = Buffer.concat(parts);
      runSteps(digestOfParts(body, parts));
      return etagOf(body);
    };
    const [a, b, empty] = [Buffer.from('a'), Buffer.from('b'), Buffer.alloc(0)];
    expect(tagOf(a, b)).toBe(tagOf(Buffer.from('a'), Buffer.from('b')));
    expect(new Set([tagOf(a, b), tagOf(b, a), tagOf(a, empty), tagOf(empty, a)]).size).toBe(4);
    const long = Buffer.alloc(1_000_000, 'x');
    runSteps(digestOfParts(Buffer.concat([long, a]), [long, a]));
    expect(digestSteps(long).next().done).toBe(true);
  });

  it('differ by coding', () => {
    const body = Buffer.from('a');
    const identity = etagOf(body).slice(1, -1);
    expect(etagOf(body, 'gzip')).toBe(`"${identity}-gzip"`);
    expect(etagOf(body, 'br')).toBe(`"${identity}-br"`);
  });
});

describe('If-None-Match', () => {
  const body = Buffer.from('x');
  const tag = etagOf(body);
  const zipped = etagOf(body, 'gzip');

  it.each([
    [undefined, undefined],
    ['', undefined],
    [tag, tag],
    [`W/${tag}`, tag],
    [`"y", ${tag}`, tag],
    ['"y","z"', undefined],
    [' * ', tag],
    ['"*"', undefined],
    [tag.slice(1, -1), undefined],
    [`"x${tag.slice(1)}`, undefined],
    [`"a,${tag}`, undefined],
    [zipped, zipped],
    [`${zipped}, ${tag}`, tag],
    [`"${tag.slice(1, -1)}-zstd"`, undefined],
  ])('of %j holds %j of a body', (header, expected) => {
    expect(heldEtag(header, body, 'identity')).toBe(expected);
  });

  it('with the tag of another coding holds the same bytes', () => {
    expect(heldEtag(tag, body, 'br')).toBe(tag);
    expect(heldEtag(zipped, body, 'br')).toBe(zipped);
    expect(heldEtag('*', body, 'br')).toBe(etagOf(body, 'br'));
  });
});

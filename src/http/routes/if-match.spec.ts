import { describe, expect, it } from '@jest/globals';
import { InvalidParameterError, PreconditionFailedError } from '../problems/http.errors.js';
import { versionEtag } from '../answers/version-etag.js';
import { assertVersion, versionOfIfMatch } from './if-match.js';

describe('If-Match', () => {
  it('reads back every tag that was handed out, also one that a proxy weakened', () => {
    for (const version of [1, 7, 123_456]) {
      expect(versionOfIfMatch(versionEtag(version))).toBe(version);
      expect(versionOfIfMatch(`W/${versionEtag(version)}`)).toBe(version);
    }
    expect(() => versionOfIfMatch(`"${'v'.repeat(9000)}"`)).toThrow(InvalidParameterError);
    expect([versionOfIfMatch(undefined), versionOfIfMatch(' * ')]).toEqual([undefined, undefined]);
  });

  it.each(['', 'v3', '"v0"', '"3"', '"v1", "v2"', '"v99999999999"', '"v-1"', '"v1\n"'])(
    'refuses %j as a wrong parameter',
    (header) => expect(() => versionOfIfMatch(header)).toThrow(InvalidParameterError),
  );

  it('lets only the current version, or no condition, pass', () => {
    const current = { kind: 'account', id: 'a', version: 3 };
    expect(() => assertVersion(undefined, current)).not.toThrow();
    expect(() => assertVersion(3, current)).not.toThrow();
    expect(() => assertVersion(2, current)).toThrow(PreconditionFailedError);
    expect(() => assertVersion(4, current)).toThrow(/read it again/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { errorCode, isDatabaseAway } from './database-away.js';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

describe('telling an absent database from a wrong statement', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EMFILE',
    'ENFILE',
    'EADDRNOTAVAIL',
    'ENOBUFS',
    '08006',
    '08P01',
    '28P01',
    '3D000',
    '53300',
    '57P01',
    '57014',
    '25006',
  ])('takes %s for absence, also inside of an error of TypeORM', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(true);
    expect(isDatabaseAway(new QueryFailedError('SELECT 1', [], coded(code)))).toBe(true);
  });

  it.each(['23505', '42P01', '22P02', '40P01', '0A000', ''])('takes %j for a wrong statement', (code) => {
    expect(isDatabaseAway(coded(code, 'Something else'))).toBe(false);
  });

  it('recognizes the texts with which the driver gives up', () => {
    for (const message of [
      'Query read timeout',
      'Connection terminated unexpectedly',
      'timeout exceeded when trying to connect',
    ]) {
      expect(isDatabaseAway(new Error(message))).toBe(true);
    }
  });

  it('knows the connection that TypeORM has given back because it broke', () => {
    expect(isDatabaseAway(new QueryRunnerAlreadyReleasedError())).toBe(true);
    expect(isDatabaseAway(new QueryRunnerProviderAlreadyReleasedError())).toBe(true);
  });

  it('looks into a failure at several addresses of one host', () => {
    const both = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]);
    expect(errorCode(both)).toBe('ECONNREFUSED');
    expect(isDatabaseAway(both)).toBe(true);
  });

  it.each([undefined, null, 'text', 42, {}, new AggregateError([])])('is not confused by %p', (thrown) => {
    expect(isDatabaseAway(thrown)).toBe(false);
  });
});

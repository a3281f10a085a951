import { describe, expect, it } from '@jest/globals';
import { failureKind, WrongAnswerError } from '../../cli/load/failure-kind.js';
import { PoolBusyError } from '../../src/persistence/index.js';
import { StoreUnavailableError } from '../../src/persistence/database/persistence.errors.js';

const withCode = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

describe('the kind of a failure', () => {
  it.each([
    [new StoreUnavailableError('away', withCode('ECONNREFUSED')), 'connection refused'],
    [new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]), 'connection refused'],
    [new StoreUnavailableError('away', new Error('timeout exceeded when trying to connect')), 'checkout timeout'],
    [new StoreUnavailableError('away', new Error('Query read timeout')), 'query timeout'],
    [withCode('08P01', 'query_wait_timeout'), 'pgbouncer queue timeout'],
    [withCode('08P01', 'no more connections allowed (max_client_conn)'), 'pgbouncer full'],
    [withCode('53300', 'sorry, too many clients already'), 'server full'],
    [withCode('57014', 'canceling statement due to statement timeout'), 'statement cancelled'],
    [new PoolBusyError(60), 'waiting line full'],
    [new WrongAnswerError('Query 1 got the answer of another query.'), 'wrong answer'],
    [withCode('42703\u001b[31m'), '42703?[31m'],
    [new RangeError('whatever'), 'RangeError'],
    ['text', 'other'],
    [undefined, 'other'],
  ])('of %s is %j', (error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});

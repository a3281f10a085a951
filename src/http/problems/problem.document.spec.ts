import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../kernel/index.js';
import { InvalidParameterError } from './http.errors.js';
import { describeError, problemDocument } from './problem.document.js';
import { problemSpec } from './problem.catalog.js';

const where = { instance: '/x', requestId: 'r' };

describe('problem documents', () => {
  it('wait at least a second when they are retryable, and never say how long otherwise', () => {
    const soon = problemDocument({ ...where, code: 'history-loading', detail: 'd', retryAfterSeconds: 0 });
    expect(soon.retry_after).toBe(1);
    const never = problemDocument({ ...where, code: 'not-found', detail: 'd', retryAfterSeconds: 9 });
    expect('retry_after' in never).toBe(false);
  });

  it('take no standard member from an error', () => {
    const forged = Object.fromEntries(
      ['success', 'status', 'type', 'request_id', 'retryable', 'detail'].map((name) => [name, 'forged']),
    );
    const document = problemDocument({ ...where, code: 'internal', detail: 'd', members: forged });
    expect(JSON.stringify(document)).not.toContain('forged');
  });

  it('say nothing of errors that are not ours', () => {
    expect(describeError(new Error('secret'))).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(describeError(new Error('secret')))).not.toContain('secret');
    expect(describeError(undefined)).toMatchObject({ code: 'internal' });
  });

  it('carry every fault of a parameter', () => {
    const error = InvalidParameterError.of('as_of', 'must be between 1 and 2');
    expect(describeError(error)).toMatchObject({
      detail: 'as_of must be between 1 and 2',
      members: { errors: [{ parameter: 'as_of', message: 'must be between 1 and 2' }] },
    });
  });

  it('are retryable for 429, 503 and 504 only', () => {
    for (const code of ERROR_CODES) {
      const { status, retryable } = problemSpec(code);
      expect([code, retryable]).toEqual([code, [429, 503, 504].includes(status)]);
    }
  });
});

import { expect } from '@jest/globals';
import type { Answer, Asking, GatewayUnderTest } from '../support/gateway-under-test.js';

/** Asks, holds an error answer to everything that all of them promise, and gives it back. */
export async function expectProblem(
  gateway: GatewayUnderTest,
  path: string,
  [status, code]: readonly [number, string],
  asking: Asking = {},
): Promise<Answer> {
  const answer = await gateway.ask(path, asking);
  const { body, headers } = answer;
  expect([path, answer.status, body['code']]).toEqual([path, status, code]);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({
    success: false,
    error: expect.stringMatching(/\S/),
    title: expect.stringMatching(/\S/),
    status,
    code,
    detail: body['error'],
    instance: path.split('?')[0],
    request_id: headers.get('x-request-id'),
    retryable: expect.any(Boolean),
  });
  expect(String(body['type'])).toMatch(new RegExp(`/problems/${code}$`));
  expect(headers.get('retry-after')).toBe(body['retryable'] === true ? String(body['retry_after']) : null);
  expect(headers.get('www-authenticate') === null).toBe(status !== 401);
  return answer;
}

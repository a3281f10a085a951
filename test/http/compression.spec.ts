import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataAnswer } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { probe, ProbeController } from './probe.controller.js';

const LARGE = Buffer.from(JSON.stringify(Array.from({ length: 3000 }, (_, index) => ({ index, price: index / 3 }))));
const SMALL = Buffer.from('{"success":true}');

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

describe('compression of data answers', () => {
  let app: TestGateway;
  let key: string;
  let body: Buffer;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    key = await app.key({ tier: 'PRO' });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    body = Buffer.from(LARGE);
    probe.act = () => new DataAnswer({ body, maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
  });

  /** As a plain client, which neither asks for codings by itself nor decodes. */
  const ask = async (
    headers: Record<string, string | string[]>,
    { method = 'GET', path = '/api/v1/probe/EURUSD/H1' } = {},
  ): Promise<Answer> => {
    const outgoing = request(app.url + path, { method, headers: { 'x-api-key': key, ...headers } });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) };
  };

  const decoded = ({ headers, bytes }: Answer): Buffer =>
    headers['content-encoding'] === 'br'
      ? brotliDecompressSync(bytes)
      : headers['content-encoding'] === 'gzip'
        ? gunzipSync(bytes)
        : bytes;

  it.each([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.1, gzip;q=0.2', 'gzip'],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    ['identity;q=0', undefined],
    ['deflate', undefined],
    ['*', 'br'],
    ['', undefined],
  ])('answers Accept-Encoding %j in %j, with all headers right', async (accepted, coding) => {
    const answer = await ask({ 'accept-encoding': accepted });
    expect(answer.status).toBe(200);
    expect(decoded(answer).equals(LARGE)).toBe(true);
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(answer.headers).toMatchObject({
      vary: 'Accept, Accept-Encoding',
      'content-type': 'application/json; charset=utf-8',
      'x-data-source': 'terminal',
      etag: expect.stringMatching(coding === undefined ? /^"[\w-]{27}"$/ : RegExp(`^"[\\w-]{27}-${coding}"$`)),
    });
    expect(answer.bytes.length < LARGE.length / 2).toBe(coding !== undefined);
  });

  it('sends the bytes as they are to a client that does not ask', async () => {
    const answer = await ask({});
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.bytes.equals(LARGE)).toBe(true);
  });

  it('reads a header that is sent twice as one list', async () => {
    const answer = await ask({ 'accept-encoding': ['br;q=0.5', 'gzip'] });
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  it('leaves small bodies alone', async () => {
    body = SMALL;
    const answer = await ask({ 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.bytes.equals(SMALL)).toBe(true);
  });

  it('answers 304 to the tag of any coding of the same bytes, naming the tag that the client holds', async () => {
    const codings = ['identity', 'gzip', 'br'];
    const tags = await Promise.all(
      codings.map(async (coding) => String((await ask({ 'accept-encoding': coding })).headers.etag)),
    );
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) {
      for (const coding of codings) {
        const answer = await ask({ 'accept-encoding': coding, 'if-none-match': `"other", W/${tag}` });
        expect([answer.status, answer.headers.etag, answer.bytes.length]).toEqual([304, tag, 0]);
        expect(answer.headers).toMatchObject({
          vary: 'Accept, Accept-Encoding',
          'cache-control': 'private, max-age=1',
        });
        expect(answer.headers['content-encoding']).toBeUndefined();
      }
    }
    const both = await ask({ 'accept-encoding': 'gzip', 'if-none-match': tags.join(', ') });
    expect(both.headers.etag).toBe(tags[1]);
    body = Buffer.from(`${LARGE.toString()} `);
    for (const tag of tags) {
      expect((await ask({ 'accept-encoding': 'gzip', 'if-none-match': tag })).status).toBe(200);
    }
  });

  it.each(['gzip', 'br', 'identity'])('answers HEAD in %s with the headers of GET and no body', async (coding) => {
    const volatile = { date: undefined, 'x-request-id': undefined, ratelimit: undefined };
    const stable = ({ headers }: Answer) => ({ ...headers, ...volatile, 'x-ratelimit-remaining': undefined });
    const get = await ask({ 'accept-encoding': coding });
    const head = await ask({ 'accept-encoding': coding }, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.bytes).toHaveLength(0);
    expect(stable(head)).toEqual(stable(get));
  });

  it('gives concurrent callers the same bytes', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ 'accept-encoding': 'br' })));
    const [first] = answers;
    for (const answer of answers) expect(answer.bytes.equals(first!.bytes)).toBe(true);
    expect(decoded(first!).equals(LARGE)).toBe(true);
  });

  it('leaves everything that is no data alone', async () => {
    const document = await ask({ 'accept-encoding': 'gzip' }, { path: '/docs-json' });
    expect(document.headers['content-encoding']).toBeUndefined();
    const problem = await ask({ 'accept-encoding': 'gzip' }, { path: '/api/v1/probe/NOPE/H1' });
    expect(problem.status).toBe(404);
    expect(problem.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(problem.bytes.toString())).toMatchObject({ code: 'symbol-not-found' });
  });
});

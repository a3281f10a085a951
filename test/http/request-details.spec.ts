import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { METHODS } from 'node:http';
import { parseKey } from '../../src/access/credentials/api-key.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { rawHttp } from '../support/raw-http.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';

const CLOSE = 'Connection: close\r\n';

describe('details of HTTP', () => {
  let app: TestGateway;
  let pro: string;
  let admin: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    pro = await app.key({ tier: 'PRO' });
    admin = await app.key({ kind: 'adm' });
    probe.act = () => ({});
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  const problemOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Record<string, unknown>;

  describe('the head of a request', () => {
    it.each([
      ['Host', 'Host: a\r\nHost: b\r\n'],
      ['Host', 'host: a\r\nHOST: a\r\n'],
      ['Authorization', 'Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n'],
      ['Content-Type', 'Host: a\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\n'],
      ['Host', 'Host: a b\r\n'],
      ['Host', 'Host: http://a/\r\n'],
      ['Host', 'Host: user@a\r\n'],
      ['Transfer-Encoding', 'Host: a\r\nTransfer-Encoding: gzip, chunked\r\n'],
    ])('is refused with 400 that names %s for %j', async (parameter, headers) => {
      const end = headers.includes('Transfer') ? '0\r\n\r\n' : '';
      const answer = await rawHttp(app.url, `POST /api/v1/probe/admin HTTP/1.1\r\n${headers}${CLOSE}\r\n${end}`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(problemOf(answer)).toMatchObject({ code: 'invalid-parameter', errors: [{ parameter }] });
    });

    it.each(['127.0.0.1:5001', '[::1]:5001', 'api.example.com', ''])('is taken with Host: %j', async (host) => {
      const answer = await rawHttp(app.url, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
    });

    it('of a CONNECT is answered with 405 and the connection is closed', async () => {
      const answer = await rawHttp(app.url, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1.1 405 [^]*Allow: GET, [^]*Connection: close/);
      expect(problemOf(answer)).toMatchObject({ code: 'method-not-allowed', status: 405 });
    });

    it('survives a CONNECT whose client resets the connection', async () => {
      const { hostname, port } = new URL(app.url);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', () => socket.resetAndDestroy());
        });
        socket.on('close', () => resolve());
      });
      expect((await fetch(`${app.url}/metrics`)).status).toBe(200);
    });
  });

  describe('a body', () => {
    const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
      fetch(`${app.url}/api/v1/probe/admin`, {
        method: 'POST',
        body,
        headers: { 'x-api-key': admin, 'content-type': 'application/json', ...headers },
      });

    it.each(['br', 'gzip', 'deflate', 'zstd', 'identity, br', 'nonsense'])(
      'with Content-Encoding: %s is refused with 415',
      async (coding) => {
        const response = await post('{"count":1}', { 'content-encoding': coding });
        expect(response.status).toBe(415);
        expect(await response.json()).toMatchObject({
          code: 'unsupported-media-type',
          detail: 'send the body as it is, without Content-Encoding',
        });
      },
    );

    it.each(['utf-16', 'iso-8859-1', '"windows-1252"'])('in %s is refused with 415', async (charset) => {
      const response = await post('{"count":1}', { 'content-type': `application/json; charset=${charset}` });
      expect(response.status).toBe(415);
    });

    it.each([
      ['as it is', {}],
      ['with Content-Encoding: identity', { 'content-encoding': 'identity' }],
      ['with its charset named', { 'content-type': 'application/json; charset="UTF-8"' }],
    ])('is taken %s', async (_name, headers: Record<string, string>) => {
      expect((await post('{"count":1}', headers)).status).toBe(201);
    });

    it('that is none may have any coding', async () => {
      const response = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': pro, 'content-encoding': 'br' } });
      expect(response.status).toBe(200);
    });

    it.each([
      ['a lone byte', Buffer.from([0xff])],
      ['a cut sequence', Buffer.from([0xe2, 0x82])],
      ['an overlong slash', Buffer.from([0xc0, 0xaf])],
      ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ])('with %s is refused as invalid UTF-8 with 400', async (_name, bytes) => {
      const response = await post(Buffer.concat([Buffer.from('{"count":1,"name":"'), bytes, Buffer.from('"}')]));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ parameter: 'body', message: 'must be valid UTF-8' }] });
    });

    it.each(['{"name":"\\ud800","kind":"live"}', '{"limits":{"\\udfffx":1}}', '{"list":["\\ud800x"]}'])(
      'that escapes half a surrogate pair (%s) is refused with 400',
      async (body) => {
        const response = await post(body);
        expect(response.status).toBe(400);
        expect(JSON.stringify(await response.json())).toContain('must be well-formed Unicode text');
      },
    );

    it('may hold whole surrogate pairs', async () => {
      const response = await fetch(`${app.url}/api/v1/admin/accounts`, {
        method: 'POST',
        body: '{"name":"\\ud83d\\ude80 é","tier":"FREE"}',
        headers: { 'x-api-key': admin, 'content-type': 'application/json' },
      });
      expect(response.status).toBe(201);
      expect(await response.json()).toMatchObject({ data: { name: '🚀 é' } });
    });
  });

  describe('a key where none belongs', () => {
    const encoded = (key: string) => key.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    const places: [string, (key: string) => string][] = [
      ['a path', (key) => `/api/v1/${key}`],
      ['a path without a base', (key) => `/${key}`],
      ['an encoded path', (key) => `/api/v1/${encoded(key)}`],
      ['a path that was encoded twice', (key) => `/api/v1/${encoded(encoded(key))}`],
      ['a partly encoded path', (key) => `/api/v1/${key.replaceAll('_', '%5F')}`],
      ['a path with bad encoding', (key) => `/api/v1/${key}%ZZ`],
      ['the symbol', (key) => `/api/v1/candles/${key}/H1`],
      ['the timeframe', (key) => `/api/v1/probe/EURUSD/${key}`],
      ['an id', (key) => `/api/v1/admin/keys/${key}`],
      ['a problem', (key) => `/problems/${key}`],
      ['a query', (key) => `/api/v1/probe/EURUSD/H1?bars=${key}`],
      ['the name of a parameter', (key) => `/api/v1/probe/EURUSD/H1?${key}=1`],
      ['the middle of a query', (key) => `/api/v1/probe/EURUSD/H1?bars=x${key}`],
    ];

    it.each(places)('is not told again from %s', async (_name, path) => {
      const secret = parseKey(pro)!.secret;
      for (const headers of [{ 'x-api-key': pro }, { 'x-api-key': admin }, { 'x-api-key': 'x' }]) {
        const head = `GET ${path(pro)} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${headers['x-api-key']}\r\n${CLOSE}\r\n`;
        const answer = await rawHttp(app.url, head);
        expect(answer).toMatch(/^HTTP\/1.1 4/);
        let text = answer;
        for (let round = 0; round < 3; round++) {
          expect(text).not.toContain(secret);
          text = text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (part) => decodeURIComponent(part));
        }
      }
    });

    it('is not told again from headers', async () => {
      for (const name of ['x-request-id', 'origin', 'x-user-tier', 'if-none-match', 'accept-encoding', 'host']) {
        const head = `GET /api/v1/probe/EURUSD/H1 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${pro}\r\n${CLOSE}`;
        const value = name === 'x-request-id' ? `a-${pro.slice(0, 60)}` : pro;
        const sent = name === 'host' ? head.replace('Host: x', `Host: ${value}`) : `${head}${name}: ${value}\r\n`;
        expect([name, (await rawHttp(app.url, `${sent}\r\n`)).includes(pro.slice(0, 60))]).toEqual([name, false]);
      }
    });

    it('is not told again from an error that a handler made of it', async () => {
      probe.act = () => {
        throw new ProbeError('not-found', { members: { id: pro, list: [{ [pro]: pro }] } });
      };
      const response = await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers: { 'x-api-key': pro } });
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ id: expect.stringMatching(/^mt5g_live_\w{10}_\[redacted\]$/) });
      expect(text).not.toContain(parseKey(pro)?.secret);
    });

    it('is named by its id where the path is told again', async () => {
      const response = await fetch(`${app.url}/api/v1/${pro}`);
      const instance = `/api/v1/mt5g_live_${parseKey(pro)!.id}_[redacted]`;
      expect(await response.json()).toMatchObject({ instance, error: `there is no route ${instance}` });
    });
  });

  it('gives all methods that no route takes one label, so that a fuzz cannot fill the metrics', async () => {
    const odd = METHODS.filter((method) => !'GET HEAD OPTIONS POST PUT PATCH DELETE CONNECT'.includes(method));
    expect(odd.length).toBeGreaterThan(20);
    for (const method of odd) {
      for (const path of ['/api/v1/me', `/${method}`]) {
        await rawHttp(app.url, `${method} ${path} HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`);
      }
    }
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'));
    const methods = new Set(lines.map((line) => /method="([^"]*)"/.exec(line)?.[1]));
    expect([...methods].filter((method) => odd.includes(method!))).toEqual([]);
    const others = lines.filter((line) => line.includes('method="(other)"'));
    expect(others.length).toBeLessThanOrEqual(3);
    for (const line of others) expect(line).toContain('route="(unknown)"');
  });
});

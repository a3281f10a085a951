import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_SCOPES } from '../../src/access/authority/scopes.js';
import {
  type ApiDescription,
  DocumentedAnswers,
  type DocumentedOperation,
  operationsOf,
} from '../support/documented-answers.js';
import { type Asking, GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';

const description = JSON.parse(readFileSync(join(import.meta.dirname, '../../openapi.json'), 'utf8')) as ApiDescription;
const operations = operationsOf(description);
const ofAdmins = operations.filter(({ tag }) => tag.startsWith('Admin: '));
const ofCustomers = operations.filter(({ path, tag }) => path.startsWith('/api/') && !/^Admin|^Operations/.test(tag));
const reading = (operation: DocumentedOperation) => operation.method === 'GET';

/** The last word of `Admin: keys` is the scope that its routes need, but for terminals' neighbours. */
const SCOPE_OF_TAG: Readonly<Record<string, string>> = Object.fromEntries(
  ADMIN_SCOPES.map((scope) => [`Admin: ${scope}`, scope]),
);

interface Account {
  readonly id: string;
  readonly key: string;
  readonly keyId: string;
}

/** Two customers who must never meet, and admins who each may do one thing. Everything is generated from openapi.json. */
describe('with the key of one account', () => {
  let gateway: GatewayUnderTest;
  let answers: DocumentedAnswers;
  let admin: string;
  let free: Account;
  let pro: Account;
  /** Values of path parameters that name things of the other account, or things that exist. */
  let values: Readonly<Record<string, string>>;

  beforeAll(async () => {
    answers = new DocumentedAnswers(description);
    gateway = await new GatewaySetup()
      .terminal('MT5_01', 'AUDJPY')
      .terminal('MT5_05', 'EURUSD')
      .timeframes('H1', 'M5')
      // Every route is tried without a key and with a wrong one.
      .environment({ FAILED_AUTH_PER_MINUTE: '100000' })
      .start();
    admin = await gateway.key({ kind: 'adm' });
    [free, pro] = [await account('FREE', 'alpha'), await account('PRO', 'beta')];
    values = {
      'accounts/id': pro.id,
      'keys/id': pro.keyId,
      'terminals/id': 'MT5_01',
      'tiers/name': 'PRO',
      'versions/version': '1',
      'operations/id': 'op_0000000000',
      'audit/id': '1',
      'problems/code': 'internal',
      'symbol-mappings/terminal': 'MT5_01',
      'symbol-mappings/symbol': 'AUDJPY',
      symbol: 'EURUSD',
      timeframe: 'H1',
    };
  });
  afterAll(() => gateway?.close());

  async function account(tier: string, name: string): Promise<Account> {
    const ask = async (path: string, body: object) => {
      const { status, body: answer } = await gateway.ask<{ data: { id?: string; key: string } }>(path, {
        method: 'POST',
        key: admin,
        body,
      });
      if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
      return answer.data;
    };
    const { id } = await ask('/api/v1/admin/accounts', { tier, name: `customer ${name}` });
    const made = await ask('/api/v1/admin/keys', { kind: 'live', account_id: id, name: `key of ${name}` });
    return { id: id!, key: made.key, keyId: made.key.split('_')[2]! };
  }

  /** The URL of an operation with every path parameter filled in. */
  const urlOf = (path: string, changes: Readonly<Record<string, string>> = {}): string => {
    let previous = '';
    return path
      .split('/')
      .map((part) => {
        const name = /^\{(\w+)\}$/.exec(part)?.[1];
        if (name === undefined) {
          previous = part;
          return part;
        }
        const value = changes[name] ?? values[`${previous}/${name}`] ?? values[name];
        if (value === undefined) throw new Error(`${path}: this sweep has no value for ${name}`);
        return value;
      })
      .join('/');
  };
  const send = (operation: DocumentedOperation, asking: Asking = {}, url = urlOf(operation.path)): Promise<Response> =>
    gateway.fetch(url, {
      method: operation.method,
      ...(reading(operation) || operation.method === 'DELETE' ? {} : { body: operation.body ?? {} }),
      ...asking,
    });
  /** Everything that an admin can see of the other account. */
  const stateOfOther = async (): Promise<unknown> => {
    const see = async (path: string) => (await gateway.ask(path, { key: admin })).body;
    const [seen, keys] = await Promise.all([
      see(`/api/v1/admin/accounts/${pro.id}`),
      see(`/api/v1/admin/keys?account_id=${pro.id}`),
    ]);
    return JSON.parse(JSON.stringify([seen, keys]).replaceAll(/"last_used_at":("[^"]*"|null),?/g, ''));
  };
  /** What of the other account a text names, but for the path that the caller has named itself. */
  const namesOther = (text: string) => {
    const answer = text.replaceAll(/"instance":"[^"]*"/g, '');
    return [pro.id, pro.keyId, 'beta'].filter((word) => answer.includes(word));
  };

  it('no admin route can be used, whatever it names', async () => {
    const before = await stateOfOther();
    const test = await gateway.key({ kind: 'test', accountId: free.id });
    for (const operation of ofAdmins) {
      for (const key of [free.key, pro.key, test]) {
        const response = await send(operation, { key });
        const text = await response.clone().text();
        expect([operation.operationId, response.status, namesOther(text)]).toEqual([operation.operationId, 403, []]);
        expect(await answers.faults(operation, response)).toEqual([]);
      }
    }
    expect(await stateOfOther()).toEqual(before);
    expect(ofAdmins.length).toBeGreaterThan(20);
  });

  it('no customer route says or does anything about the other account', async () => {
    const before = await stateOfOther();
    const attempts: Asking['headers'][] = [
      {},
      { 'X-Account-Id': pro.id },
      { 'X-Admin-API-Key': pro.key },
      { 'X-User-Tier': 'FREE' },
    ];
    for (const operation of ofCustomers) {
      for (const headers of attempts) {
        for (const query of ['', `?account_id=${pro.id}`, `?account=${pro.id}`, `?key_id=${pro.keyId}`]) {
          const response = await send(operation, { key: free.key, headers: headers! }, urlOf(operation.path) + query);
          const text = await response.clone().text();
          const place = `${operation.operationId} ${query} ${JSON.stringify(headers)}`;
          expect([place, query === '' ? 200 : 400, namesOther(text)]).toEqual([place, response.status, []]);
          expect(await answers.faults(operation, response)).toEqual([]);
        }
      }
    }
    expect(await stateOfOther()).toEqual(before);
  });

  it('no way leads from FREE to what is PRO', async () => {
    const ways = operations.filter(({ path }) => path.includes('{symbol}') && !path.includes('/admin/'));
    const reached: string[] = [];
    for (const { path } of ways) {
      for (const [symbol, timeframe] of [
        ['AUDJPY', 'H1'],
        ['EURUSD', 'M5'],
        ['audjpy', 'H1'],
        ['%41UDJPY', 'H1'],
        ['AUDJPY%20', 'H1'],
        ['EURUSD,AUDJPY', 'H1'],
      ] as const) {
        if (!path.includes('{timeframe}') && symbol === 'EURUSD') continue;
        const url = urlOf(path, { symbol, timeframe });
        const alias = url.replace('/v1/', '/');
        const others = [
          url,
          alias,
          `${url}/`,
          url.replace('/v1/', '//v1/'),
          `${url}?symbol=EURUSD`,
          `${url}?stale=allow`,
        ];
        for (const target of others) {
          for (const headers of [
            {},
            { 'X-User-Tier': 'PRO' },
            { 'X-User-Tier': 'pro', 'X-Forwarded-For': '127.0.0.1' },
            { 'X-HTTP-Method-Override': 'PUT' },
          ]) {
            const response = await gateway.fetch(target, { key: free.key, headers });
            await response.body?.cancel();
            if (![400, 403, 404].includes(response.status))
              reached.push(`${target} ${JSON.stringify(headers)} ${response.status}`);
          }
        }
      }
    }
    expect(reached).toEqual([]);
    expect(ways.length).toBeGreaterThan(2);
  });

  it('an admin key opens its own area and no other', async () => {
    for (const scope of ADMIN_SCOPES) {
      const key = await gateway.key({ kind: 'adm', scopes: [scope] });
      for (const operation of ofAdmins.filter(reading)) {
        const response = await send(operation, { key });
        const place = `${scope}: ${operation.operationId}`;
        const isOwn = SCOPE_OF_TAG[operation.tag] === scope;
        expect([place, response.status === 403]).toEqual([place, !isOwn]);
        expect(await answers.faults(operation, response)).toEqual([]);
      }
      for (const operation of ofAdmins.filter((one) => !reading(one) && SCOPE_OF_TAG[one.tag] !== scope)) {
        const response = await send(operation, { key });
        expect([scope, operation.operationId, response.status]).toEqual([scope, operation.operationId, 403]);
      }
    }
  });

  it('every route answers a missing, a wrong and a misplaced key as documented, and nothing else', async () => {
    const wrong = pro.key.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));
    for (const operation of [...ofAdmins, ...ofCustomers]) {
      const url = urlOf(operation.path);
      const got = [
        await send(operation, { key: null }),
        await send(operation, { key: wrong }),
        await send(operation, { key: pro.key }, `${url}?api_key=${pro.key}`),
      ];
      // What does not fit the schema of the body is said after the key, so the order does not depend on it.
      expect([operation.operationId, ...got.map(({ status }) => status)]).toEqual([
        operation.operationId,
        401,
        expect.any(Number),
        400,
      ]);
      for (const response of got) expect(await answers.faults(operation, response)).toEqual([]);
    }
  });

  it('bodies that are no JSON, of another type, too large or poisoned are refused as documented', async () => {
    const taking = ofAdmins.filter(({ body }) => body !== undefined);
    const bodies: readonly [string, string, readonly number[]][] = [
      ['application/json', '{"name": ', [400]],
      ['application/json', '{"__proto__": {"admin": true}}', [400]],
      ['application/json', '{"constructor": {"prototype": {"admin": true}}}', [400]],
      ['application/json', '{"no_such_member": 1}', [400]],
      ['application/json', '[1]', [400]],
      ['application/json', `{"name": "${'x'.repeat(120_000)}"}`, [413]],
      ['text/plain', 'name=1', [415]],
      ['application/xml', '<a/>', [415]],
    ];
    for (const operation of taking) {
      for (const [type, body, expected] of bodies) {
        const response = await fetch(gateway.url + urlOf(operation.path), {
          method: operation.method,
          headers: { 'X-Admin-API-Key': admin, 'Content-Type': type, 'If-Match': '"v999"' },
          body,
        });
        const place = `${operation.operationId} ${type} ${body.slice(0, 40)}`;
        expect([place, expected.includes(response.status), response.status]).toEqual([place, true, response.status]);
        expect(await answers.faults(operation, response)).toEqual([]);
      }
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseKey } from '../../src/access/credentials/api-key.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';

interface Numbers {
  readonly requests: number;
  readonly counted: number;
  readonly client_errors: number;
  readonly limited: number;
  readonly bytes: number;
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly errors?: readonly { readonly parameter: string }[];
    readonly next_cursor?: string | null;
    readonly total: Numbers;
    readonly data: { usage: readonly Record<string, unknown>[]; total: Numbers; account_id: string };
  };
}

describe('usage', () => {
  let app: TestGateway;
  let admin: string;
  let key: string;
  let account: string;

  beforeAll(async () => {
    app = await gateway().start();
    admin = await app.key({ kind: 'adm' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    key = await app.key({ tier: 'FREE' });
    account = app.stores.accounts.keys.get(parseKey(key)?.id ?? '')?.accountId ?? '';
  });

  const ask = async (path: string, as = key): Promise<Answer> => {
    const response = await fetch(`${app.url}/api/v1${path}`, { headers: { 'x-api-key': as } });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const usage = async (query = ''): Promise<Answer['body']['data']> => (await ask(`/usage${query}`)).body.data;

  it('is exact to the request just answered, by class of answer and what it cost', async () => {
    const first = await fetch(`${app.url}/api/v1/symbols`, { headers: { 'x-api-key': key } });
    const bytes = (await first.arrayBuffer()).byteLength;
    expect((await usage()).total).toEqual({
      requests: 1,
      counted: 1,
      client_errors: 0,
      limited: 0,
      server_errors: 0,
      bytes,
    });
    await ask('/timeframes?nonsense=1');
    for (let request = 0; request < 3; request++) await ask('/symbols');
    // Three a minute: one of the five was refused for its parameter, one for the limit, and /usage itself costs nothing.
    const { total, account_id } = await usage('?group_by=route');
    expect(total).toMatchObject({ requests: 6, counted: 3, client_errors: 1, limited: 1 });
    expect(account_id).toBe(account);
  });

  it('is told apart by day in UTC, by operation, and by symbol, and adds up', async () => {
    await ask('/symbols');
    app.clock.advance(12 * 3_600_000);
    await ask('/timeframes');
    const days = await usage();
    expect(days.usage.map(({ day, requests }) => [day, requests])).toEqual([
      ['2026-01-05', 1],
      ['2026-01-06', 1],
    ]);
    const routes = await usage('?group_by=route&from=2026-01-06&to=2026-01-07');
    expect(routes.usage.map(({ route, requests, counted }) => [route, requests, counted])).toEqual([
      ['getUsage', 1, 0],
      ['listTimeframes', 1, 1],
    ]);
    expect((await usage('?group_by=symbol')).usage).toMatchObject([{ symbol: '', route: null, requests: 4 }]);
    expect((await usage('?from=2025-01-01&to=2025-02-01')).usage).toEqual([]);
  });

  it('is of the own account only, and another key of it sees the same', async () => {
    const other = await app.key();
    const twin = await app.key({ accountId: account });
    await ask('/symbols', other);
    await ask('/symbols', twin);
    await ask('/symbols', `${key.slice(0, -1)}x`);
    expect((await usage()).total.requests).toBe(1);
    expect((await ask('/usage', twin)).body.data.total.requests).toBe(2);
  });

  it.each([
    ['/usage?from=2026-02-30', ['from']],
    ['/usage?from=yesterday&to=2026-1-1', ['from', 'to']],
    ['/usage?from=2026-01-02&to=2026-01-02', ['to']],
    ['/usage?from=2024-01-01&to=2026-01-01', ['from']],
    ['/usage?group_by=account', ['group_by']],
    ['/usage?account_id=x', ['account_id']],
    ['/usage?from=2026-01-01&from=2026-01-02', ['from']],
    ['/admin/usage?group_by=day,day', ['group_by']],
    ['/admin/usage?group_by=name', ['group_by']],
    ['/admin/usage?top=5&group_by=day', ['top']],
    ['/admin/usage?top=0&format=xml&limit=1001', ['top', 'format', 'limit']],
    ['/admin/usage?account_id=%27%20OR%201', ['account_id']],
    ['/admin/usage?cursor=WyJhIl0&group_by=day', ['cursor']],
  ])('refuses %s', async (path, parameters) => {
    const { status, body } = await ask(path, path.startsWith('/admin') ? admin : key);
    expect(status).toBe(400);
    expect(body.errors?.map(({ parameter }) => parameter).sort()).toEqual([...parameters].sort());
  });

  it('shows every account page by page, the busiest first, to admins only', async () => {
    for (let request = 0; request < 3; request++) await ask('/symbols');
    expect((await ask('/admin/usage')).status).toBe(403);
    expect((await ask('/admin/usage', await app.key({ kind: 'adm', scopes: ['keys'] }))).status).toBe(403);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await ask(`/admin/usage?limit=2${cursor}`, admin);
      const rows = body.data as unknown as Record<string, unknown>[];
      seen.push(...rows.map(({ account_id }) => String(account_id)));
      cursor = body.next_cursor ? `&cursor=${body.next_cursor}` : '';
    } while (cursor !== '');
    expect(seen).toContain(account);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => (a < b ? -1 : 1)));
    const top = (await ask('/admin/usage?top=1', admin)).body.data as unknown as Record<string, unknown>[];
    expect(top).toMatchObject([{ counted: 3 }]);
    const own = (await ask(`/admin/usage?account_id=${account}&group_by=account,route`, admin)).body;
    expect(own.data).toMatchObject([{ account_id: account, route: 'listSymbols', symbol: null, requests: 3 }]);
    expect(own.total.requests).toBe(3);
  });

  it('goes out as a table that spreadsheets and billing programs read', async () => {
    await ask('/symbols');
    const response = await fetch(`${app.url}/api/v1/admin/usage?format=csv&account_id=${account}`, {
      headers: { 'x-api-key': admin },
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="usage.csv"');
    expect(await response.text()).toMatch(
      new RegExp(
        `^account_id,account_name,requests,counted,client_errors,limited,server_errors,bytes\\r\\n${account},,1,1,0,0,0,\\d+\\r\\n$`,
      ),
    );
  });
});

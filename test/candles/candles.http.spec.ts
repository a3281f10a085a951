import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCandlesApp, type AnsweredCandle, type CandlesApp } from './support/candles-app.js';
import { symbolName } from '../../src/market/index.js';

let app: CandlesApp;

beforeEach(async () => {
  app = await startCandlesApp();
});

afterEach(async () => {
  await app.close();
});

/** Follows next_cursor to the end; `between` runs after every page. */
async function walk(path: string, between: (page: number) => Promise<void> = async () => {}) {
  const pages: (readonly AnsweredCandle[])[] = [];
  let url = path;
  for (;;) {
    const { status, body, headers } = await app.get(url);
    expect(status).toBe(200);
    pages.push(body.data.candles);
    const link = headers.get('link');
    if (body.next_cursor === null) {
      expect(link).toBeNull();
      return pages;
    }
    expect(link).toContain(`cursor=${body.next_cursor}`);
    expect(link).toMatch(/^<\/api\/v1\/candles\/EURUSD\/H1\?[^>]+>; rel="next"$/);
    url = link!.slice(1, link!.indexOf('>'));
    await between(pages.length);
  }
}

const times = (candles: readonly { readonly time: number }[]) => candles.map(({ time }) => time);

describe('GET /candles/{symbol}/{timeframe}', () => {
  it('answers with the newest bars, oldest first, the forming one marked', async () => {
    const { status, body, headers } = await app.get('/api/v1/candles/EURUSD/H1?bars=50');
    const truth = app.truth('H1').slice(-50);
    expect(status).toBe(200);
    expect(times(body.data.candles)).toEqual(times(truth));
    expect(body.data.candles.map(({ complete }) => complete)).toEqual(truth.map((_, i) => i < 49));
    const { time, open, high, low, close, tickVolume, realVolume, spread } = truth[0]!;
    expect(body.data.candles[0]).toEqual({
      ...{ time, open, high, low, close, spread },
      ...{ tick_volume: tickVolume, real_volume: realVolume, complete: true },
    });
    expect(body.data.metadata).toEqual({
      ...{ symbol: 'EURUSD', timeframe: 'H1', tier: 'PRO', bars_returned: 50, terminal_id: 'MT5_05' },
      ...{ source: 'terminal', as_of: truth.at(-1)!.time, stale: false, last_bar_complete: false },
      last_bar_confirmed: false,
      ...{
        server_utc_offset: 7200,
        utc_offsets: [{ from: truth[0]!.time, offset: null }],
        digits: 2,
        gaps: [],
        truncated: false,
      },
    });
    expect(headers.get('x-data-as-of')).toBe(String(truth.at(-1)!.time));
    expect(headers.get('x-data-source')).toBe('terminal');
    expect(headers.get('cache-control')).toBe('private, max-age=1');
    expect((await app.get('/api/candles/EURUSD/H1?bars=50')).body).toEqual(body);
  });

  it('walks back through memory, database and terminal without a gap or a duplicate', async () => {
    const pages = await walk('/api/v1/candles/EURUSD/H1?bars=37');
    expect(times(pages.toReversed().flat())).toEqual(times(app.truth('H1')));
    expect(pages[0]).toHaveLength(37);
    expect(app.store.rowsOf('Broker-Live', 'H1').length).toBe(300);
  });

  it('asks the terminal again for old bars that the database has let go since they were read', async () => {
    expect(times((await walk('/api/v1/candles/EURUSD/H1?bars=80')).toReversed().flat())).toEqual(
      times(app.truth('H1')),
    );
    const { id } = app.series.live(symbolName('EURUSD'), 'H1')!.persisted!.stored!;
    app.store.trim(id, app.truth('H1')[100]!.time);
    const again = await walk('/api/v1/candles/EURUSD/H1?bars=80');
    expect(times(again.toReversed().flat())).toEqual(times(app.truth('H1')));
  });

  it('asks the terminal for older bars once', async () => {
    await walk('/api/v1/candles/EURUSD/H1?bars=100');
    const asked = app.pool.requests.length;
    await walk('/api/v1/candles/EURUSD/H1?bars=90');
    expect(app.pool.requests.length).toBe(asked);
  });

  it('walks back the same way while bars close', async () => {
    const before = app.truth('H1');
    const pages = await walk('/api/v1/candles/EURUSD/H1?bars=80', async (page) => {
      if (page <= 2) await app.tradeAnHour();
    });
    expect(times(pages.toReversed().flat())).toEqual(times(before));
  });

  it('walks forward from a time up to the forming bar while bars close', async () => {
    const from = app.truth('H1')[11]!.time;
    const pages = await walk(`/api/v1/candles/EURUSD/H1?from=${from}&bars=100`, async (page) => {
      if (page <= 2) await app.tradeAnHour();
    });
    const truth = app.truth('H1').slice(11);
    expect(times(pages.flat())).toEqual(times(truth));
    expect(pages.flat().filter(({ complete }) => !complete)).toHaveLength(1);
    expect(pages.flat().at(-1)!.complete).toBe(false);
  });

  it('takes `from` as inclusive and `to` as exclusive', async () => {
    const truth = app.truth('H1');
    const [from, to] = [truth[20]!.time, truth[250]!.time];
    const pages = await walk(`/api/v1/candles/EURUSD/H1?from=${from}&to=${to}&bars=60`);
    expect(times(pages.flat())).toEqual(times(truth.slice(20, 250)));
    const newest = await app.get(`/api/v1/candles/EURUSD/H1?to=${to}&bars=10`);
    expect(times(newest.body.data.candles)).toEqual(times(truth.slice(240, 250)));
    expect(newest.body.data.metadata['last_bar_complete']).toBe(true);
  });

  it('says when fewer bars than asked for exist', async () => {
    const all = await app.get('/api/v1/candles/EURUSD/H1?bars=5000');
    expect(all.body.data.metadata).toMatchObject({ bars_returned: 301, truncated: true });
    expect(all.body.next_cursor).toBeNull();
    const early = await app.get('/api/v1/candles/EURUSD/H1?from=0&bars=5000');
    expect(early.body.data.metadata).toMatchObject({ bars_returned: 301, truncated: true });
    expect(early.body.next_cursor).toBeNull();
  });

  it('does not call a full page truncated because nothing is older than its first bar', async () => {
    const early = await app.get('/api/v1/candles/EURUSD/H1?from=1&bars=5');
    expect(times(early.body.data.candles)).toEqual(times(app.truth('H1').slice(0, 5)));
    expect(early.body.data.metadata['truncated']).toBe(false);
    expect(early.body.next_cursor).not.toBeNull();
  });

  it('does not call a range truncated that lies in the history', async () => {
    const truth = app.truth('H1');
    const part = await app.get(`/api/v1/candles/EURUSD/H1?from=${truth[5]!.time}&to=${truth[9]!.time}&bars=50`);
    expect(part.body.data.metadata).toMatchObject({ bars_returned: 4, truncated: false, last_bar_complete: true });
  });

  it('answers an empty page for a range behind the newest bar', async () => {
    const newest = app.truth('H1').at(-1)!.time;
    const { body } = await app.get(`/api/v1/candles/EURUSD/H1?from=${newest + 1}`);
    expect(body).toMatchObject({ next_cursor: null, data: { candles: [] } });
    expect(body.data.metadata).toMatchObject({ bars_returned: 0, as_of: newest, gaps: [], truncated: false });
  });

  it('reaches bars from very long ago with few requests to the terminal', async () => {
    const far = await startCandlesApp({ historyBars: 120_000, earliestKnown: true });
    try {
      const truth = far.truth('H1');
      const asked = far.pool.requests.length;
      const first = await far.get('/api/v1/candles/EURUSD/H1?from=0&bars=40');
      expect(times(first.body.data.candles)).toEqual(times(truth.slice(0, 40)));
      expect(first.body.data.metadata['truncated']).toBe(false);
      const second = await far.get(`/api/v1/candles/EURUSD/H1?bars=60&cursor=${first.body.next_cursor}`);
      expect(times(second.body.data.candles)).toEqual(times(truth.slice(40, 100)));
      expect(far.pool.requests.length - asked).toBeLessThanOrEqual(3);
    } finally {
      await far.close();
    }
  });

  it('answers a range without bars with an empty page', async () => {
    const { status, body } = await app.get('/api/v1/candles/EURUSD/H1?from=4000000000&to=4000003600');
    expect(status).toBe(200);
    expect(body.data.candles).toEqual([]);
    expect(body.next_cursor).toBeNull();
  });

  it('answers 304 to who has the page already', async () => {
    const to = app.truth('H1')[250]!.time;
    const first = await app.get(`/api/v1/candles/EURUSD/H1?to=${to}&bars=10`);
    const headers = { 'if-none-match': first.headers.get('etag')! };
    expect((await app.get(`/api/v1/candles/EURUSD/H1?to=${to}&bars=10`, { headers })).status).toBe(304);
  });

  it.each([
    ['bars=0', 'bars'],
    ['bars=5001', 'bars'],
    ['bars=1e9', 'bars'],
    ['bars=0x64', 'bars'],
    ['bars=%2B1000', 'bars'],
    ['bars=-1', 'bars'],
    ['bars=abc', 'bars'],
    ['bars=1000.5', 'bars'],
    ['bars=', 'bars'],
    ['bars=%20', 'bars'],
    ['bars=5&bars=5', 'bars'],
    ['from=-5', 'from'],
    ['from=99999999999', 'from'],
    ['to=0', 'to'],
    ['from=2000000000&to=2000000000', 'to'],
    ['from=2000000001&to=2000000000', 'to'],
    ['stale=yes', 'stale'],
    ['cursor=', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['cursor=aaaaaaaaaaaa', 'cursor'],
    [`cursor=${'a'.repeat(121)}`, 'cursor'],
  ])('refuses %s', async (query, parameter) => {
    const { status, body } = await app.get(`/api/v1/candles/EURUSD/H1?${query}`);
    expect(status).toBe(400);
    expect(body.code).toBe('invalid-parameter');
    expect(body.errors?.map((fault) => fault.parameter)).toEqual([parameter]);
  });

  it('refuses a cursor of another series, a changed one, and one that other bounds are given with', async () => {
    const { body } = await app.get(`/api/v1/candles/EURUSD/H1?from=${app.truth('H1')[0]!.time}&bars=10`);
    const cursor = body.next_cursor!;
    const changed = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace('|f|', '|x|')).toString(
      'base64url',
    );
    for (const path of [`H4?cursor=${cursor}`, `H1?cursor=${changed}`, `H1?cursor=${cursor}&to=4000000000`]) {
      const refused = await app.get(`/api/v1/candles/EURUSD/${path}`);
      expect(refused.status).toBe(400);
      expect(refused.body.errors?.[0]?.parameter).toBe('cursor');
    }
  });

  it('refuses unknown parameters, symbols, timeframes and what the tier does not allow', async () => {
    expect((await app.get('/api/v1/candles/EURUSD/H1?count=5')).body.code).toBe('unknown-parameter');
    expect((await app.get('/api/v1/candles/EURUSX/H1')).body.code).toBe('symbol-not-found');
    expect((await app.get('/api/v1/candles/EURUSD/H3')).body.code).toBe('timeframe-not-supported');
    expect((await app.get('/api/v1/candles/AUDJPY/H1', { tier: 'FREE' })).body.code).toBe('tier-required');
  });

  it('answers 503 while the terminal is away, and from what is kept only when that is allowed', async () => {
    app.pool.drop();
    const refused = await app.get('/api/v1/candles/EURUSD/H1');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('15');
    expect(refused.body).toMatchObject({
      ...{ success: false, error: 'MT5 terminal for EURUSD is currently disconnected', code: 'terminal-disconnected' },
      ...{ retryable: true, retry_after: 15, terminal_id: 'MT5_01' },
    });
    const kept = await app.get('/api/v1/candles/EURUSD/H1?stale=allow&bars=20');
    expect(kept.status).toBe(200);
    expect(kept.body.data.metadata).toMatchObject({ stale: true, source: 'store', terminal_id: 'MT5_05' });
    expect(kept.headers.get('x-data-source')).toBe('store');
  });

  it('answers 503 history-loading while the terminal loads, never an empty 200', async () => {
    app.pool.drop();
    app.pool.refusals.set('rates-by-count', 1000);
    await app.connect();
    const { status, body, headers } = await app.get('/api/v1/candles/EURUSD/H1');
    expect(status).toBe(503);
    expect(body.code).toBe('history-loading');
    expect(headers.get('retry-after')).toBe('2');
  });

  it('answers from memory while the database is away, and says so where older bars are asked for', async () => {
    app.store.away = true;
    expect((await app.get('/api/v1/candles/EURUSD/H1?bars=50')).status).toBe(200);
    const older = await app.get('/api/v1/candles/EURUSD/H1?bars=150');
    expect(older.status).toBe(503);
    expect(older.body.code).toBe('reduced-capacity');
  });
});

describe('GET /symbols/{symbol}', () => {
  it('tells what is known of a symbol', async () => {
    const { status, body } = await app.get('/api/v1/symbols/EURUSD');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      data: {
        ...{ symbol: 'EURUSD', broker_symbol: 'EURUSD.m', description: 'Scripted', terminal_id: 'MT5_05' },
        ...{ digits: 2, point: 0.01, contract_size: 100_000, base_currency: 'EUR', profit_currency: 'USD' },
        ...{ earliest: { H1: null, H4: null }, source: 'terminal' },
      },
    });
  });

  it('refuses what the tier does not allow, what does not exist, and answers 503 without a terminal', async () => {
    expect((await app.get('/api/v1/symbols/AUDJPY', { tier: 'FREE' })).body.code).toBe('tier-required');
    expect((await app.get('/api/v1/symbols/NOPE')).body.code).toBe('symbol-not-found');
    app.pool.drop();
    expect((await app.get('/api/v1/symbols/EURUSD')).body.code).toBe('terminal-disconnected');
  });
});

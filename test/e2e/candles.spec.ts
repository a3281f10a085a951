import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Candle, RuleZone } from '../../src/market/index.js';
import { syntheticCandles } from '../support/candles.js';
import { CandleFolder } from '../support/candle-folder.js';
import { type Answer, GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { expectProblem } from './problem.js';

const HOUR = 3600;
const DEADLINE_MS = 1000;
/** More than twice what memory holds. */
const recorded = syntheticCandles({ seed: 5, bars: 12_000, timeframe: 'H1' });
const forming = recorded.at(-1)!;

interface Page {
  readonly data: { readonly candles: readonly object[]; readonly metadata: Readonly<Record<string, unknown>> };
  readonly next_cursor: string | null;
}

/** The simulated broker's zone, as configured. */
const athens = new RuleZone({ kind: 'zone', name: 'Europe/Athens' });

describe('/candles over a recorded market', () => {
  const folder = new CandleFolder();
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    for (const symbol of ['EURUSD', 'AUDJPY', 'GBPUSD']) folder.add(`${symbol}_H1`, recorded);
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .terminal('MT5_01', 'AUDJPY')
      .terminal('MT5_07', 'GBPUSD')
      .timeframes('H1')
      .environment({ TERMINAL_REQUEST_TIMEOUT_MS: String(DEADLINE_MS) })
      .simulating({ mode: 'replay', candlesDir: folder.path })
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    folder.remove();
  });

  const row = ({ time, open, high, low, close, tickVolume, realVolume, spread }: Candle) => {
    const complete = time !== forming.time;
    return { time, open, high, low, close, tick_volume: tickVolume, real_volume: realVolume, spread, complete };
  };
  const rows = (candles: readonly Candle[]) => candles.map(row);
  const answer = async (query: string, series = 'EURUSD/H1'): Promise<Answer<Page>> => {
    const path = query.startsWith('/') ? query : `/api/v1/candles/${series}?${query}`;
    const page = await gateway.ask<Page>(path);
    expect([page.status, page.body]).toEqual([200, expect.objectContaining({ success: true })]);
    return page;
  };
  const get = async (query: string, series?: string): Promise<Page> => (await answer(query, series)).body;
  const problem = (query: string, expected: readonly [number, string], series = 'EURUSD/H1') =>
    expectProblem(gateway, `/api/v1/candles/${series}?${query}`, expected);

  /** All pages of a walk, in the order in which they come. */
  const walk = async (query: string, series?: string): Promise<(readonly object[])[]> => {
    const pages: (readonly object[])[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { data, next_cursor }: Page = await get(next === '' ? query : `${query}&cursor=${next}`, series);
      pages.push(data.candles);
      next = next_cursor;
    }
    return pages;
  };

  it('answers with the newest 1000 bars, oldest first, the forming one last', async () => {
    const { body, headers } = await answer('');
    expect(body.data.candles).toEqual(rows(recorded.slice(-1000)));
    expect(body.data.metadata).toEqual({
      symbol: 'EURUSD',
      timeframe: 'H1',
      tier: 'PRO',
      bars_returned: 1000,
      terminal_id: 'MT5_05',
      source: 'simulator',
      as_of: forming.time,
      stale: false,
      last_bar_complete: false,
      last_bar_confirmed: false,
      server_utc_offset: athens.offsetAt(forming.time),
      utc_offsets: athens.spans(recorded.at(-1000)!.time, forming.time),
      digits: 5,
      gaps: [],
      truncated: false,
    });
    expect(headers.get('x-data-source')).toBe('simulator');
    expect(headers.get('x-data-as-of')).toBe(String(forming.time));
    expect(typeof body.next_cursor).toBe('string');
  });

  it.each([1, 2, 99, 5000])('gives as many bars as asked for (%i)', async (bars) => {
    expect((await get(`bars=${bars}`)).data.candles).toEqual(rows(recorded.slice(-bars)));
  });

  it.each([
    ['a stretch', 11_000, 11_300],
    ['one bar', 11_500, 11_501],
    ['a stretch that reaches behind memory', 6500, 7100],
    ['the very first bars', 0, 250],
    ['the last closed bars', 11_950, 11_999],
  ])('from is inclusive and to is exclusive: %s', async (_what, first, end) => {
    const page = await get(`from=${recorded[first]!.time}&to=${recorded[end]!.time}`);
    expect(page.data.candles).toEqual(rows(recorded.slice(first, end)));
    expect(page.next_cursor).toBeNull();
    expect(page.data.metadata).toMatchObject({ last_bar_complete: true, bars_returned: end - first });
  });

  it('takes times between bars and in gaps', async () => {
    const index = recorded.findLastIndex((bar, i) => i > 0 && bar.time - recorded[i - 1]!.time > 2 * HOUR);
    const weekend = recorded[index - 1]!.time + 20 * HOUR;
    expect((await get(`from=${weekend}&bars=3`)).data.candles).toEqual(rows(recorded.slice(index, index + 3)));
    expect((await get(`to=${weekend}&bars=3`)).data.candles).toEqual(rows(recorded.slice(index - 3, index)));
    const empty = await get(`from=${weekend}&to=${weekend + HOUR}`);
    expect(empty).toMatchObject({ data: { candles: [], metadata: { bars_returned: 0 } }, next_cursor: null });
  });

  it('with nothing but the forming bar in range gives it alone', async () => {
    const page = await get(`from=${forming.time}`);
    expect(page.data.candles).toEqual(rows([forming]));
    expect(page.next_cursor).toBeNull();
    expect((await get(`from=${forming.time + 1}`)).data.candles).toEqual([]);
  });

  it.each([
    ['AUDJPY/H1', 5000],
    ['GBPUSD/H1', 1499],
  ] as const)('walks backward to the first bar without gap or duplicate (%s, pages of %i)', async (series, bars) => {
    const pages = await walk(`bars=${bars}`, series);
    expect(pages.every((page, index) => page.length === bars || index === pages.length - 1)).toBe(true);
    expect(pages.toReversed().flat()).toEqual(rows(recorded));
  });

  it.each([
    ['EURUSD/H1', 'from=0&bars=5000', 0],
    ['EURUSD/H1', `from=${recorded[1234]!.time + 1}&bars=777`, 1235],
    ['GBPUSD/H1', `from=${recorded[6000]!.time}&bars=1000`, 6000],
  ])('walks forward to the forming bar without gap or duplicate (%s, %s)', async (series, query, first) => {
    const pages = await walk(query, series);
    expect(pages.flat()).toEqual(rows(recorded.slice(first)));
  });

  it('walks to an end without going past it', async () => {
    const pages = await walk(`from=${recorded[3000]!.time}&to=${recorded[9000]!.time}&bars=999`);
    expect(pages.flat()).toEqual(rows(recorded.slice(3000, 9000)));
  });

  it('a cursor carries its range, and the Link header leads the same way', async () => {
    const first = await answer(`from=${recorded[9000]!.time}&to=${recorded[9500]!.time}&bars=300`);
    const [, link = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    expect(link).toMatch(/^\/api\/v1\/candles\/EURUSD\/H1\?/);
    const second = await answer(link);
    expect(second.body.data.candles).toEqual(rows(recorded.slice(9300, 9500)));
    expect(second.headers.get('link')).toBeNull();
    const byCursor = await get(`cursor=${first.body.next_cursor}&bars=300`);
    expect(byCursor).toEqual(second.body);
  });

  it('says that less exists than was asked for', async () => {
    const page = await get(`to=${recorded[40]!.time}&bars=100`);
    expect(page.data.candles).toEqual(rows(recorded.slice(0, 40)));
    expect(page).toMatchObject({ next_cursor: null, data: { metadata: { truncated: true } } });
  });

  it('older bars come from the database once they were fetched', async () => {
    const query = `from=${recorded[2000]!.time}&to=${recorded[2100]!.time}`;
    const expected = rows(recorded.slice(2000, 2100));
    expect((await get(query)).data.candles).toEqual(expected);
    const line = 'mt5gw_cache_requests_total{layer="terminal",outcome="hit"} ';
    const asked = async () => {
      const found = (await gateway.metrics()).split('\n').find((one) => one.startsWith(line));
      return Number(found?.slice(line.length));
    };
    const before = await asked();
    expect(before).toBeGreaterThan(0);
    expect((await get(query)).data.candles).toEqual(expected);
    expect(await asked()).toBe(before);
  });

  it('answers 304 to who has it, and HEAD like GET', async () => {
    const path = '/api/v1/candles/EURUSD/H1?bars=50';
    // Otherwise the client decodes what it got, and the length of what was sent is lost.
    const plain = { 'accept-encoding': 'identity' };
    const full = await gateway.fetch(path, { headers: plain });
    const etag = full.headers.get('etag')!;
    const again = await gateway.fetch(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await gateway.fetch(path, { method: 'HEAD', headers: plain });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    expect(head.headers.get('content-length')).toBe(String((await full.arrayBuffer()).byteLength));
  });

  it('a page of the past may be kept until the next bar, one that is still forming for a second', async () => {
    const past = await answer(`from=${recorded[9000]!.time}&to=${recorded[9010]!.time}`);
    expect((await answer('bars=10')).headers.get('cache-control')).toBe('private, max-age=1');
    expect(past.headers.get('cache-control')).toBe('private, max-age=30');
  });

  it.each(['x', 'AAAAAAAAAAAA', '%00', '../../..', 'a'.repeat(500)])('refuses the cursor %s', async (cursor) => {
    const { body } = await problem(`cursor=${cursor}`, [400, 'invalid-parameter']);
    expect(body['errors']).toEqual([{ parameter: 'cursor', message: expect.stringContaining('next_cursor') }]);
  });

  it('refuses a cursor of another series', async () => {
    const { next_cursor } = await get('bars=10', 'AUDJPY/H1');
    await problem(`cursor=${next_cursor}`, [400, 'invalid-parameter']);
  });

  it.each([
    ['from=20&to=10', 'to'],
    ['from=10&to=10', 'to'],
    ['from=-1', 'from'],
    ['from=1e9', 'from'],
    ['to=0x10', 'to'],
    ['to=', 'to'],
    ['from=99999999999', 'from'],
  ])('refuses %s', async (query, parameter) => {
    const { body } = await problem(query, [400, 'invalid-parameter']);
    expect(body['errors']).toEqual([expect.objectContaining({ parameter })]);
  });

  describe('while a terminal is in trouble', () => {
    const older = `from=${recorded[1]!.time}&to=${recorded[20]!.time}`;

    it('history that still loads is an error, never an empty page', async () => {
      await gateway.stopTerminals();
      await gateway.stopGateway();
      await gateway.startGateway();
      await gateway.startTerminals({ candlesDir: shorter() });
      gateway.simulator.control('MT5_01', { command: 'history-loading', forMs: 600_000 });
      const { body } = await problem(older, [503, 'history-loading'], 'AUDJPY/H1');
      expect(body['terminal_id']).toBe('MT5_01');
      gateway.simulator.control('MT5_01', { command: 'reset' });
    });

    it('a hung one costs its own callers a 504 within the deadline, and nobody else anything', async () => {
      gateway.simulator.control('MT5_01', { command: 'hang', heartbeats: true });
      const hung = problem(older, [504, 'terminal-timeout'], 'AUDJPY/H1');
      const others = await Promise.all([get('bars=100'), get('bars=100', 'GBPUSD/H1'), get('bars=100', 'AUDJPY/H1')]);
      expect(others.map(({ data }) => data.candles.length)).toEqual([100, 100, 100]);
      expect((await hung).body['terminal_id']).toBe('MT5_01');
      gateway.simulator.control('MT5_01', { command: 'resume' });
    });

    it('what is kept is served on request when it is gone, far back, too', async () => {
      const live = await walk('bars=5000', 'GBPUSD/H1');
      await gateway.stopTerminals();
      const { body } = await problem('bars=10', [503, 'terminal-disconnected'], 'GBPUSD/H1');
      expect(body['terminal_id']).toBe('MT5_07');
      const kept = await walk('bars=5000&stale=allow', 'GBPUSD/H1');
      expect(kept.toReversed().flat()).toEqual(live.toReversed().flat());
      const { data } = await get('bars=10&stale=allow', 'GBPUSD/H1');
      expect(data.metadata).toMatchObject({ stale: true, source: 'simulator', last_bar_complete: false });
    });

    /** Another recording, so that nothing older is known yet. */
    function shorter(): string {
      for (const symbol of ['EURUSD', 'AUDJPY', 'GBPUSD']) folder.add(`${symbol}_H1`, recorded.slice(0, -1));
      return folder.path;
    }
  });
});

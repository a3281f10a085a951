import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { symbolName } from '../../src/market/index.js';
import { startCandlesApp, type CandlesApp } from './support/candles-app.js';

const PATH = '/api/v1/candles/EURUSD/H1';

/** The table of docs/answers.md: members that differ between the sorts of answers of `/candles`. */
describe('metadata of an answer', () => {
  let app: CandlesApp;
  /** 300 closed bars and the forming one. */
  let times: number[];

  beforeEach(async () => {
    app = await startCandlesApp();
    times = app.truth('H1').map(({ time }) => time);
  });
  afterEach(async () => {
    await app.close();
  });

  const at = (index: number): number => times.at(index)!;
  const ask = async (query: string) => {
    const { body } = await app.get(`${PATH}?${query}`);
    const { symbol, timeframe, tier, digits, terminal_id, ...rest } = body.data.metadata;
    expect({ symbol, timeframe, tier, digits }).toEqual({ symbol: 'EURUSD', timeframe: 'H1', tier: 'PRO', digits: 2 });
    expect(terminal_id).toBe('MT5_05');
    return { ...rest, more: body.next_cursor !== null, cursor: body.next_cursor };
  };
  // The clock of the test moves while an answer is on its way, so freshness is asked for where it is meant only.
  const fed = { source: 'terminal', gaps: [] };

  it('of the newest bars ends with the forming one', async () => {
    app.pool.heartbeat();
    expect(app.series.find(symbolName('EURUSD'), 'H1')).toMatchObject({ stale: false, state: 'live' });
    const newest = { ...fed, as_of: at(-1), last_bar_complete: false, truncated: false };
    expect(await ask('bars=10')).toMatchObject({ ...newest, bars_returned: 10, more: true });
    expect(await ask('bars=301')).toMatchObject({ ...newest, bars_returned: 301, more: false });
  });

  it('of a history that is too short is truncated', async () => {
    const short = { ...fed, bars_returned: 301, as_of: at(-1), last_bar_complete: false, truncated: true, more: false };
    expect(await ask('bars=302')).toMatchObject(short);
    expect(await ask('from=1&bars=302')).toMatchObject(short);
  });

  it('of a range speaks of the range', async () => {
    const inside = { ...fed, last_bar_complete: true, truncated: false };
    const range = `from=${at(5)}&to=${at(9)}`;
    expect(await ask(range)).toMatchObject({ ...inside, bars_returned: 4, as_of: at(8), more: false });
    expect(await ask(`${range}&bars=3`)).toMatchObject({ ...inside, bars_returned: 3, as_of: at(7), more: true });
    const open = { bars_returned: 5, as_of: at(-1), last_bar_complete: false, truncated: false, more: false };
    expect(await ask(`from=${at(-5)}`)).toMatchObject(open);
  });

  it('of a full page is not truncated, although the history begins in it', async () => {
    const full = { ...fed, bars_returned: 10, as_of: at(9), last_bar_complete: true, truncated: false, more: true };
    expect(await ask('from=1&bars=10')).toMatchObject(full);
  });

  it('of a page forward speaks of that page', async () => {
    const first = await ask('from=1&bars=200');
    const last = await ask(`bars=200&cursor=${first.cursor}`);
    const rest = { ...fed, bars_returned: 101, as_of: at(-1), last_bar_complete: false, truncated: false, more: false };
    expect(last).toMatchObject(rest);
  });

  it('of a page backward speaks of that page, and the oldest one is truncated', async () => {
    const first = await ask('bars=200');
    const second = await ask(`bars=50&cursor=${first.cursor}`);
    const page = { ...fed, as_of: at(100), last_bar_complete: true };
    expect(second).toMatchObject({ ...page, bars_returned: 50, truncated: false, more: true });
    expect(await ask(`bars=200&cursor=${first.cursor}`)).toMatchObject({
      ...page,
      ...{ bars_returned: 101, truncated: true, more: false },
    });
  });

  it('of an empty answer names the newest bar that is known', async () => {
    const empty = { ...fed, bars_returned: 0, as_of: at(-1), last_bar_complete: true, more: false };
    expect(await ask(`from=${at(-1) + 1}`)).toMatchObject({ ...empty, truncated: false });
    expect(await ask(`to=${at(0)}`)).toMatchObject({ ...empty, truncated: true });
  });

  it('of an answer without a terminal says that it is kept', async () => {
    app.pool.drop();
    const kept = { ...fed, source: 'store', stale: true, last_bar_complete: false };
    expect(await ask('stale=allow&bars=10')).toMatchObject({ ...kept, bars_returned: 10, truncated: false });
    // 100 closed bars are in memory, and no older ones were asked for before the terminal left.
    expect(await ask('stale=allow&bars=302')).toMatchObject({ ...kept, bars_returned: 101, truncated: true });
  });

  it('of an answer from a silent feed says that it is stale', async () => {
    await app.clock.advanceAsync(11_000, 1000);
    const silent = { ...fed, stale: true, bars_returned: 10, last_bar_complete: false, truncated: false };
    expect(await ask('bars=10')).toMatchObject(silent);
  });
});

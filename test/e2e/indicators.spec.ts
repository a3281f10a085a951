import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Candle, RuleZone, symbolName } from '../../src/market/index.js';
import { syntheticCandles } from '../support/candles.js';
import { CandleFolder } from '../support/candle-folder.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { comparable, expectedAnswer, type IndicatorAnswer, tailOf } from './expected-answer.js';

const HOUR = 3600;
const recorded = syntheticCandles({ seed: 11, bars: 7000, timeframe: 'H1' });
/** The same market, recorded up to an earlier bar each: gateways whose data ends there. The last bar is forming. */
const CUTS = { GBPUSD: 6990, USDCAD: 6400, NZDUSD: 5700 } as const;
/** All there is of this one is less than anybody asks for. */
const SHORT = 150;

/** The simulated broker's zone, as configured. */
const athens = new RuleZone({ kind: 'zone', name: 'Europe/Athens' });

describe('/indicators over a recorded market', () => {
  const folder = new CandleFolder();
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    folder.add('EURUSD_H1', recorded).add('AUDJPY_H1', recorded.slice(0, SHORT));
    for (const [symbol, bars] of Object.entries(CUTS)) folder.add(`${symbol}_H1`, recorded.slice(0, bars));
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .terminal('MT5_01', 'AUDJPY')
      .terminal('MT5_07', 'GBPUSD')
      .terminal('MT5_11', 'USDCAD')
      .terminal('MT5_09', 'NZDUSD')
      .timeframes('H1', 'H4')
      .simulating({ mode: 'replay', candlesDir: folder.path })
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    folder.remove();
  });

  const get = async (query: string, series = 'EURUSD/H1'): Promise<IndicatorAnswer> => {
    const { status, body } = await gateway.ask(`/api/v1/indicators/${series}?${query}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ success: true })]);
    return body as unknown as IndicatorAnswer;
  };
  const refused = async (query: string) => gateway.ask(`/api/v1/indicators/EURUSD/H1?${query}`);
  const closed = recorded.slice(0, -1);
  const forming = recorded.at(-1)!;

  it('gives every time of the body in UTC with time_format=utc, and takes as_of in UTC', async () => {
    const TIMES = /"(time|confirmed_at|as_of|after|before)":(\d+)/g;
    const text = async (query: string) => (await gateway.fetch(`/api/v1/indicators/EURUSD/H1?${query}`)).text();
    const asOf = closed.at(-30)!.time;
    const utcOf = new Date(athens.toUtc(asOf)! * 1000).toISOString().replace('.000Z', 'Z');
    for (const query of ['bars=5000', `bars=2000&as_of=${asOf}`]) {
      const expected = (await text(query)).replace(TIMES, (_, name: string, time: string) => {
        return `"${name}":${athens.toUtc(Number(time))}`;
      });
      expect(await text(`${query}&time_format=utc`)).toBe(expected);
    }
    expect(await text(`bars=500&as_of=${utcOf}`)).toBe(await text(`bars=500&as_of=${asOf}`));
  });

  it('has the shape of the public interface', async () => {
    const { status, headers, body } = await gateway.ask('/api/v1/indicators/EURUSD/H1?bars=700');
    expect(status).toBe(200);
    const answer = body as unknown as IndicatorAnswer;
    expect(Object.keys(answer)).toEqual(['success', 'data']);
    const { data } = answer;
    expect(Object.keys(data).sort()).toEqual(['diagonal', 'fractals', 'horizontal', 'lines', 'metadata', 'ohlc']);
    expect(Object.keys(data.horizontal)).toEqual(['peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3']);
    expect(Object.keys(data.diagonal)).toEqual(
      ['ascending', 'descending'].flatMap((kind) => [1, 2, 3].map((rank) => `${kind}_${rank}`)),
    );
    expect(data.ohlc.every((bar) => Object.keys(bar).join() === 'time,open,high,low,close,volume')).toBe(true);
    const oldest = Math.min(
      data.ohlc[0]!.time,
      ...data.lines.flatMap(({ from, touches }) => [from.time, ...touches.map(({ time }) => time)]),
    );
    expect(data.metadata).toEqual({
      symbol: 'EURUSD',
      timeframe: 'H1',
      tier: 'PRO',
      bars_returned: 700,
      terminal_id: 'MT5_05',
      source: 'simulator',
      indicator_source: 'engine',
      as_of: forming.time,
      stale: false,
      last_bar_complete: false,
      last_bar_confirmed: false,
      server_utc_offset: athens.offsetAt(forming.time),
      utc_offsets: athens.spans(oldest, forming.time),
      digits: 5,
      gaps: [],
      truncated: false,
    });
    expect(headers.get('x-data-as-of')).toBe(String(forming.time));
    expect(headers.get('x-data-source')).toBe('simulator');
    expect(headers.get('cache-control')).toBe('private, max-age=1');
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding');
  });

  it.each([100, 101, 400, 1000, 4999, 5000])(
    'agrees with the naive definitions in an answer of %i bars',
    async (bars) => {
      const { data } = await get(`bars=${bars}`);
      expect(comparable(data)).toEqual(comparable(expectedAnswer({ closed, forming, bars })));
      expect(data.metadata).toMatchObject({ bars_returned: bars, truncated: false, last_bar_complete: false });
    },
  );

  it('has lines of every family to agree on', async () => {
    const { data } = await get('bars=1000');
    const kinds = new Set(data.lines.map(({ kind }) => kind));
    expect(kinds.size).toBeGreaterThanOrEqual(3);
    expect(data.fractals.peaks.length).toBeGreaterThan(5);
  });

  it.each([5, 7, 35, 99, 135])('takes fractal_bars=%i for fractals and lines of this answer', async (fractalBars) => {
    const { data } = await get(`bars=3000&fractal_bars=${fractalBars}`);
    expect(comparable(data)).toEqual(comparable(expectedAnswer({ closed, forming, bars: 3000, fractalBars })));
  });

  it('agrees with the naive definitions on a made-up timeframe, too', async () => {
    const market = gateway.simulator.market('MT5_05');
    const source = market.findByBrokerName('EURUSD')!.source;
    const history = source.newest('H4', 5201, market.clock.now());
    const bars = history.bars.toArray();
    const last = history.lastForming ? bars.pop() : undefined;
    const { data } = await get('bars=2000', 'EURUSD/H4');
    expect(comparable(data)).toEqual(comparable(expectedAnswer({ closed: bars, forming: last, bars: 2000 })));
  });

  it('answers fewer bars with exactly the tail of more', async () => {
    const most = await get('bars=5000');
    for (const bars of [100, 333, 1000, 2500]) {
      const { metadata, ...data } = (await get(`bars=${bars}`)).data;
      expect(data).toEqual(tailOf(most.data, bars));
      expect(metadata['bars_returned']).toBe(bars);
    }
  });

  it('says that fewer bars exist than were asked for', async () => {
    const { data } = await get('bars=1000', 'AUDJPY/H1');
    expect(data.metadata).toMatchObject({ bars_returned: SHORT, truncated: true, terminal_id: 'MT5_01' });
    const candles = recorded.slice(0, SHORT);
    const expected = expectedAnswer({ closed: candles.slice(0, -1), forming: candles.at(-1)!, bars: 1000 });
    expect(comparable(data)).toEqual(comparable(expected));
    expect((await get('bars=100', 'AUDJPY/H1')).data.metadata).toMatchObject({ bars_returned: 100, truncated: false });
  });

  describe('as of an earlier time', () => {
    const barAt = (back: number): Candle => closed.at(-1 - back)!;

    it.each([0, 1, 17, 18, 250, 1234, 3000, 4200])('is computed from nothing later (%i bars back)', async (back) => {
      const asOf = barAt(back).time;
      const { data } = await get(`bars=400&as_of=${asOf}`);
      const known = closed.slice(0, closed.length - back);
      expect(comparable(data)).toEqual(comparable(expectedAnswer({ closed: known, bars: 400 })));
      expect(data.metadata).toMatchObject({ as_of: asOf, last_bar_complete: true, bars_returned: 400 });
    });

    it.each(Object.entries(CUTS))(
      'is what a gateway had said whose data ends there (as %s)',
      async (symbol, length) => {
        const past = recorded.at(length - 2)!;
        const then = await get('bars=1001', `${symbol}/H1`);
        const now = await get(`bars=1000&as_of=${past.time}`);
        const { metadata: _now, ...data } = now.data;
        // Then one more bar was forming, on which the lines have a point, too.
        const { metadata: _then, ...known } = then.data;
        expect(data.lines).toEqual(known.lines);
        expect(data.fractals).toEqual(known.fractals);
        expect(data.ohlc).toEqual(known.ohlc.slice(0, -1));
        const closedPoints = (family: typeof data.horizontal) =>
          Object.fromEntries(
            Object.entries(family).map(([name, points]) => [name, points.filter(({ index }) => index < 1000)]),
          );
        expect(data.horizontal).toEqual(closedPoints(known.horizontal));
        expect(data.diagonal).toEqual(closedPoints(known.diagonal));
        const same = await get(`bars=1000&as_of=${past.time}`, `${symbol}/H1`);
        expect({ ...same.data.metadata, symbol: 'EURUSD', terminal_id: 'MT5_05' }).toEqual(now.data.metadata);
        expect({ ...same.data, metadata: 0 }).toEqual({ ...now.data, metadata: 0 });
      },
    );

    it('takes another fractal size as well', async () => {
      const known = closed.slice(0, -500);
      const { data } = await get(`bars=800&fractal_bars=9&as_of=${known.at(-1)!.time}`);
      const expected = expectedAnswer({ closed: known, bars: 800, fractalBars: 9 });
      expect(comparable(data)).toEqual(comparable(expected));
    });

    it('names the bar that contains the time, and the one before a gap', async () => {
      const { time } = barAt(100);
      const exact = await gateway.fetch(`/api/v1/indicators/EURUSD/H1?bars=100&as_of=${time}`);
      const inside = await gateway.fetch(`/api/v1/indicators/EURUSD/H1?bars=100&as_of=${time + HOUR - 1}`);
      expect(await inside.text()).toBe(await exact.text());
      const friday = closed.findLast(
        (bar, index) => closed[index + 1] && closed[index + 1]!.time - bar.time > 2 * HOUR,
      )!;
      const weekend = await get(`bars=100&as_of=${friday.time + 30 * HOUR}`);
      expect(weekend.data.ohlc.at(-1)).toMatchObject({ time: friday.time });
      expect(weekend.data.metadata['as_of']).toBe(friday.time);
    });

    it('answers fewer bars with exactly the tail of more', async () => {
      const asOf = barAt(700).time;
      const { metadata: _most, ...most } = (await get(`bars=3000&as_of=${asOf}`)).data;
      const { metadata: _few, ...few } = (await get(`bars=100&as_of=${asOf}`)).data;
      expect(few).toEqual(tailOf(most, 100));
    });

    it.each([
      ['the forming bar', forming.time],
      ['a time within the forming bar', forming.time + 1800],
      ['a time after it', forming.time + 1_000_000],
      ['a time long past', 1],
      ['a time before the kept history', recorded[1000]!.time],
      ['a time beyond all', 9_999_999_999],
    ])('refuses %s and names the range', async (_what, asOf) => {
      const { status, body } = await refused(`as_of=${asOf}`);
      expect([status, body['code']]).toEqual([400, 'invalid-parameter']);
      const errors = body['errors'] as { parameter: string; message: string }[];
      expect(errors).toEqual([{ parameter: 'as_of', message: expect.stringMatching(/between \d+ and \d+/) }]);
      const [, oldest, newest] = /between (\d+) and (\d+)/.exec(errors[0]!.message)!;
      for (const [edge, beyond] of [
        [Number(oldest), -1],
        [Number(newest), 1],
      ] as const) {
        expect((await refused(`as_of=${edge}&bars=100`)).status).toBe(200);
        expect((await refused(`as_of=${edge + beyond}&bars=100`)).status).toBe(400);
      }
    });

    it.each(['', '-1', '0x10', '1e9', '1.5', '+1767571200', '12345678901', 'now'])('refuses as_of=%s', async (asOf) => {
      const { status, body } = await refused(`as_of=${asOf}`);
      expect([status, body]).toEqual([
        400,
        expect.objectContaining({
          code: 'invalid-parameter',
          errors: [expect.objectContaining({ parameter: 'as_of' })],
        }),
      ]);
    });
  });

  it.each(['3', '4', '6', '34', '136', '137', '-35', '35.0', ''])('refuses fractal_bars=%s', async (fractalBars) => {
    const { status, body } = await refused(`fractal_bars=${fractalBars}`);
    expect([status, body['code']]).toEqual([400, 'invalid-parameter']);
    expect(body['errors']).toEqual([{ parameter: 'fractal_bars', message: 'must be an odd number between 5 and 135' }]);
  });

  it('moves on when the forming bar closes and another opens', async () => {
    gateway.simulator.control('MT5_05', { command: 'advance-clock', seconds: HOUR });
    await gateway.until(() => gateway.series.find(symbolName('EURUSD'), 'H1')?.closed.lastTime === forming.time);
    const { data } = await get('bars=1000');
    expect(comparable(data)).toEqual(comparable(expectedAnswer({ closed: recorded, bars: 1000 })));
    expect(data.metadata).toMatchObject({ as_of: forming.time, last_bar_complete: true });
  });

  it('gives the same answers after a restart on the same database', async () => {
    const paths = [
      'EURUSD/H1?bars=5000',
      'GBPUSD/H1?bars=700&fractal_bars=9',
      `USDCAD/H1?as_of=${recorded[6000]!.time}`,
    ];
    const read = () =>
      Promise.all(paths.map(async (path) => (await gateway.fetch(`/api/v1/indicators/${path}`)).text()));
    await gateway.stopTerminals();
    await gateway.startTerminals();
    const before = await read();
    await gateway.stopTerminals();
    await gateway.stopGateway();
    await gateway.startGateway();
    await gateway.startTerminals();
    expect(await read()).toEqual(before);
    // A recording begins again where it stood: the bar that had closed meanwhile is forming again.
    expect(comparable((await get('bars=5000')).data)).toEqual(
      comparable(expectedAnswer({ closed, forming, bars: 5000 })),
    );
  });
});

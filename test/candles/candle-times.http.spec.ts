import { afterEach, describe, expect, it } from '@jest/globals';
import { type CandlesApp, startCandlesApp } from './support/candles-app.js';

const utc = (text: string): number => Date.parse(text) / 1000;
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
/** Athens switched to winter time on Sunday 26 October 2025, 01:00 UTC; in server time 04:00. */
const SWITCH = utc('2025-10-26T04:00:00Z');
const PATH = '/api/v1/candles/EURUSD/H1';

describe('times of /candles', () => {
  let app: CandlesApp;

  afterEach(() => app.close());

  /** Hourly bars around the clock back to September 2025. */
  const start = (zone: string) => startCandlesApp({ historyBars: 2600, seriesBars: 2600, zone });

  it('tells the offsets over the span of an answer across summer time', async () => {
    app = await start('Europe/Athens');
    const { body } = await app.get(`${PATH}?bars=2500`);
    const first = body.data.candles[0]!.time;
    expect(first).toBeLessThan(SWITCH);
    expect(body.data.metadata).toMatchObject({
      server_utc_offset: 7200,
      utc_offsets: [
        { from: first, offset: 10_800 },
        { from: SWITCH, offset: 7200 },
      ],
    });
  });

  it('gives every time of the body in UTC with time_format=utc, under another ETag', async () => {
    app = await start('Europe/Athens');
    const server = await app.get(`${PATH}?bars=2500`);
    const asUtc = await app.get(`${PATH}?bars=2500&time_format=utc`);
    const expected = server.body.data.candles.map((bar) => ({
      ...bar,
      time: bar.time - (bar.time < SWITCH ? 10_800 : 7200),
    }));
    expect(asUtc.body.data.candles).toEqual(expected);
    const { as_of, ...metadata } = server.body.data.metadata;
    expect(asUtc.body.data.metadata).toEqual({ ...metadata, as_of: Number(as_of) - 7200 });
    expect(asUtc.headers.get('etag')).not.toBe(server.headers.get('etag'));
    expect(asUtc.headers.get('x-data-as-of')).toBe(String(as_of));
    expect(asUtc.headers.get('link')).toContain('time_format=utc');
    expect((await app.get(`${PATH}?bars=2500&time_format=server`)).headers.get('etag')).toBe(
      server.headers.get('etag'),
    );
  });

  it('takes from and to in UTC', async () => {
    app = await start('Europe/Athens');
    const [from, to] = ['2025-10-24T00:00:00Z', '2025-10-28T00:00:00Z'];
    const inUtc = await app.get(`${PATH}?from=${from}&to=${to}&bars=3000`);
    const inServerTime = await app.get(`${PATH}?from=${utc(from) + 10_800}&to=${utc(to) + 7200}&bars=3000`);
    expect(inUtc.body).toEqual(inServerTime.body);
    expect(inUtc.body.data.candles.length).toBeGreaterThan(90);
    const page = await app.get(`${PATH}?from=${from}&bars=10`);
    const next = await app.get(`${PATH}?from=${from}&bars=10&cursor=${page.body.next_cursor}`);
    expect(next.body.data.candles[0]!.time).toBe(page.body.data.candles.at(-1)!.time + 3600);
  });

  it('says null, never a guess, where no offset is known, and refuses UTC there', async () => {
    app = await start('');
    const { body } = await app.get(`${PATH}?bars=20&time_format=utc`);
    expect(new Set(body.data.candles.map(({ time }) => time))).toEqual(new Set([null]));
    expect(body.data.metadata).toMatchObject({ as_of: null, utc_offsets: [{ offset: null }] });
    const refused = await app.get(`${PATH}?from=2025-10-24T00:00:00Z`);
    expect([refused.status, refused.body.code, refused.body.errors]).toEqual([
      400,
      'invalid-parameter',
      [{ parameter: 'from', message: expect.stringContaining('offset') }],
    ]);
  });

  it('follows what is learned of the zone while it serves', async () => {
    app = await start('');
    const before = await app.get(`${PATH}?bars=20`);
    app.zones.sight('Broker-Live', 'MT5_05', { offset: 7200, time: app.truth('H1').at(-20)!.time });
    app.zones.sight('Broker-Live', 'MT5_05', { offset: 7200, time: app.pool.now });
    const after = await app.get(`${PATH}?bars=20`);
    const first = after.body.data.candles[0]!.time;
    expect(before.body.data.metadata['utc_offsets']).toEqual([{ from: first, offset: null }]);
    expect(after.body.data.metadata['utc_offsets']).toEqual([{ from: first, offset: 7200 }]);
  });

  it('keeps the offset now unknown while no terminal tells it and no zone is known', async () => {
    app = await start('');
    app.pool.drop();
    const { body } = await app.get(`${PATH}?bars=20&stale=allow`);
    expect(body.data.metadata['server_utc_offset']).toBeNull();
  });

  it.each([
    '2025-10-24',
    '2025-10-24T00:00:00',
    '2025-10-24T00:00Z',
    '2025-10-24T00:00:00.000Z',
    '2025-10-24T00:00:00%2B00:00',
    '2025-02-30T00:00:00Z',
    '2025-10-24T25:00:00Z',
    '2025-10-24t00:00:00z',
    '1960-01-01T00:00:00Z',
  ])('refuses from=%s', async (time) => {
    app = await startCandlesApp({ zone: 'Europe/Athens' });
    const { status, body } = await app.get(`${PATH}?from=${time}`);
    expect([status, body.errors?.map(({ parameter }) => parameter)]).toEqual([400, ['from']]);
  });

  it('refuses a to that is not later than from, also across the two ways to write them', async () => {
    app = await startCandlesApp({ zone: 'Europe/Athens' });
    const at = utc('2026-01-05T12:00:00Z');
    for (const query of [
      `from=${iso(at)}&to=${iso(at)}`,
      `from=${iso(at)}&to=${at + 7200}`,
      `from=${at + 7201}&to=${iso(at)}`,
    ]) {
      const { status, body } = await app.get(`${PATH}?${query}`);
      expect([query, status, body.errors?.[0]?.parameter]).toEqual([query, 400, 'to']);
    }
    expect((await app.get(`${PATH}?from=${iso(at)}&to=${at + 7201}`)).status).toBe(200);
    expect((await app.get(`${PATH}?time_format=UTC`)).body.errors?.[0]?.parameter).toBe('time_format');
  });
});

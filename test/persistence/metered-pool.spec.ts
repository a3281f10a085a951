import { describe, expect, it } from '@jest/globals';
import { SeededRandom, SystemClock } from '../../src/kernel/index.js';
import { CheckoutPlace } from '../../src/persistence/database/pool/checkout-place.js';
import { MeteredPool } from '../../src/persistence/database/pool/metered-pool.js';
import type { PoolEvent } from '../../src/persistence/database/pool/pool-event.js';
import { PoolLog } from '../../src/persistence/database/pool/pool-log.js';

/** Nobody is asked for a connection here. */
const OPTIONS = {
  ...{ url: 'postgres://nobody@127.0.0.1:1/nothing', applicationName: 'test', size: 5, overflow: 10 },
  ...{ checkoutTimeoutMs: 1000, connectTimeoutMs: 1000, queryTimeoutMs: 1000, recycleMs: 1_800_000 },
};

describe('metered pool', () => {
  it('gives every connection an age of its own, between three quarters and all of the recycle time', () => {
    const { options } = new MeteredPool(OPTIONS, { clock: new SystemClock(), random: new SeededRandom(1) });
    const ages = Array.from({ length: 1000 }, () => (options as { maxLifetimeSeconds: number }).maxLifetimeSeconds);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(1350);
    expect(Math.max(...ages)).toBeLessThanOrEqual(1800);
    expect(new Set(ages).size).toBe(1000);
    expect(Math.max(...ages) - Math.min(...ages)).toBeGreaterThan(400);
  });

  it('says that no connection is left once an attempt has failed, not before', async () => {
    const pool = new MeteredPool(OPTIONS, { clock: new SystemClock(), random: new SeededRandom(1) });
    expect(pool.stats()).toMatchObject({ size: 0, capacity: 15, unreachable: false });
    await expect(pool.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(pool.stats()).toMatchObject({ size: 0, unreachable: true, counts: { failure: 1, timeout: 0 } });
    await pool.openCore();
    expect(pool.stats().counts.failure).toBe(2);
    await pool.end();
  });
});

describe('log of the pool', () => {
  const logged = (echo: boolean, events: readonly PoolEvent[]): readonly string[] => {
    const lines: string[] = [];
    const write = (level: string) => (line: unknown) => lines.push(`${level} ${String(line)}`);
    const log = new PoolLog('default', echo, { log: write('log'), warn: write('warn') });
    for (const event of events) log.write(event);
    return lines;
  };
  const failure: PoolEvent = { type: 'failure', error: new Error('refused\nforged line') };

  it('is silent in ordinary life, and echoes every event where that is asked for', () => {
    const events: PoolEvent[] = [
      { type: 'connect' },
      { type: 'checkout', waitMs: 2 },
      { type: 'checkin', heldMs: 1500 },
    ];
    expect(logged(false, events)).toEqual([]);
    expect(logged(true, events)).toEqual([
      'log pool default: connect',
      'log pool default: checkout after 0.002 s',
      'log pool default: checkin after 1.5 s',
    ]);
  });

  it('tells the begin and the end of an outage once', () => {
    expect(logged(false, [failure, failure, failure, { type: 'connect' }, { type: 'connect' }])).toEqual([
      'warn pool default: no connection can be opened: refused?forged line',
      'log pool default: connections can be opened again',
    ]);
  });

  it('names the place of a leak without the frames of libraries', () => {
    const borrower = (): CheckoutPlace => new CheckoutPlace();
    const [line = ''] = logged(false, [{ type: 'leak', heldMs: 31_000, place: borrower() }]);
    expect(line).toMatch(
      /^warn pool default: a connection is held for 31 s; it was taken\n {4}at \S+ \(.*metered-pool\.spec/,
    );
    expect(line).not.toContain('node_modules');
  });
});

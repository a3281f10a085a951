import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryWorld } from './support/registry-world.js';

const HOUR_MS = 3_600_000;

describe('a series of a terminal whose clock is known to be wrong', () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await RegistryWorld.start(['M5']);
  });
  afterEach(async () => {
    expect(await world.close()).toBe(0);
  });

  /** Closed bars are the terminal's closed bars, and nothing that is still forming is among them. */
  function isTrue(): void {
    const { closed, forming } = world.served();
    expect(closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect(forming).toEqual(world.truth.forming);
  }

  it('closes no bar early by a clock that is two hours ahead, and is stale', async () => {
    world.pool.skewMs = 2 * HOUR_MS;
    world.connect();
    await world.pass(30);
    isTrue();
    expect(world.served().stale).toBe(true);
    world.truth.tick(world.pool.now);
    world.pool.push(world.truth, []);
    await world.pass(30);
    isTrue();
  });

  it('believes no bridge that calls the newest bar closed by the same clock', async () => {
    world.pool.skewMs = 2 * HOUR_MS;
    world.pool.notForming = true;
    world.connect();
    await world.pass(30);
    isTrue();
  });

  it('is served while the clock is two hours behind', async () => {
    world.pool.skewMs = -2 * HOUR_MS;
    world.connect();
    await world.pass(30);
    isTrue();
    expect(world.served()).toMatchObject({ state: 'live', stale: true });
    // The bar ends at 12:25, 250 s after it was first served.
    await world.pass(260);
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    await world.pass(5);
    isTrue();
    expect(world.events.filter(({ type }) => type === 'backfill-failed')).toEqual([]);
  });

  it('takes a closed bar from the terminal while its own clock says nothing that can be believed', async () => {
    world.pool.skewMs = 2 * HOUR_MS;
    world.connect();
    await world.pass(300);
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    await world.pass(5);
    isTrue();
  });

  it('is fresh, and closes bars by the clock, as soon as the clock is right', async () => {
    world.pool.skewMs = 2 * HOUR_MS;
    world.connect();
    await world.pass(30);
    world.pool.skewMs = 0;
    world.pool.heartbeat();
    expect(world.served().stale).toBe(false);
    await world.pass(252);
    expect(world.served().forming).toBeUndefined();
  });
});

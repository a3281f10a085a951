import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TerminalAnswerError } from '../../src/terminals/index.js';
import { RegistryWorld, SYMBOL } from './support/registry-world.js';

function refusal(
  code: 'not-supported' | 'history-loading' | 'busy' | 'no-data',
  retryAfterMs = 0,
): TerminalAnswerError {
  return new TerminalAnswerError('MT5_05', 'subscribe', {
    ...{ type: 'error', code, terminalCode: 4401, message: 'scripted', retryAfterMs },
  });
}

describe('a series whose bridge does not push', () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await RegistryWorld.start();
  });
  afterEach(async () => {
    expect(await world.close()).toBe(0);
  });

  async function follows(): Promise<void> {
    const { closed, forming, state, stale } = world.served();
    expect(closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect({ forming, state, stale }).toEqual({ forming: world.truth.forming, state: 'live', stale: false });
  }

  it('is served from polls, and SUBSCRIBE is never sent to a bridge that says so in its hello', async () => {
    world.pool.pushes = false;
    world.connect();
    await world.pass(1);
    await follows();
    world.truth.tick(world.pool.now);
    await world.pass(6);
    await follows();
    expect(world.asked('subscribe')).toBe(0);
    expect(world.series.polledByTerminal).toEqual(new Map([['MT5_05', 1]]));
  });

  it('is served from polls when SUBSCRIBE is refused, and 0 keeps SUBSCRIBE from being sent again', async () => {
    world.pool.errors.set('subscribe', refusal('not-supported', 0));
    world.connect();
    for (let minute = 0; minute < 5; minute++) {
      world.truth.tick(world.pool.now);
      await world.pass(60);
      world.truth.tick(world.pool.now);
      await world.pass(6);
      await follows();
    }
    expect(world.asked('subscribe')).toBe(1);
  });

  it('is asked for about every five seconds, one request at a time', async () => {
    world.pool.pushes = false;
    world.connect();
    await world.pass(5);
    const before = world.asked('rates-by-count');
    await world.pass(600);
    expect(world.asked('rates-by-count') - before).toBeGreaterThan(110);
    expect(world.asked('rates-by-count') - before).toBeLessThan(160);
  });

  it('closes a bar by the poll after its end, never by the clock before it', async () => {
    world.pool.pushes = false;
    world.connect();
    await world.pass(37);
    // The last ticks of the bar come after the last poll within it.
    const { forming } = world.truth;
    world.truth.forming = { ...forming!, close: forming!.high, tickVolume: 77 };
    await world.clock.advanceAsync(5600, 50);
    expect(world.served().closed.at(world.served().closed.length - 1)).toEqual(world.truth.forming);
    expect(world.served().forming).toBeUndefined();
  });

  it('is subscribed to when the time that the bridge named has passed, and pushed from then on', async () => {
    world.pool.errors.set('subscribe', refusal('busy', 20_000));
    world.connect();
    await world.pass(10);
    await follows();
    expect(world.asked('subscribe')).toBe(1);
    world.pool.errors.clear();
    await world.pass(20);
    expect(world.asked('subscribe')).toBe(2);
    const polls = world.asked('rates-by-count');
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    await follows();
    await world.pass(60);
    // The bar that ended meanwhile was closed by server time and confirmed once.
    expect(world.asked('rates-by-count')).toBe(polls + 1);
  });

  it('asks for SUBSCRIBE again in the next session', async () => {
    world.pool.errors.set('subscribe', refusal('not-supported', 0));
    world.connect();
    await world.pass(10);
    world.pool.drop();
    world.connect();
    await world.pass(10);
    expect(world.asked('subscribe')).toBe(2);
  });

  it('stays served, and is stale, while a poll fails', async () => {
    world.pool.pushes = false;
    world.connect();
    await world.pass(3);
    world.pool.errors.set('rates-by-count', refusal('busy', 1000));
    await world.pass(6);
    expect(world.served()).toMatchObject({ state: 'live', stale: true });
    world.pool.errors.clear();
    await world.pass(5);
    await follows();
  });

  it('waits for history that loads, whatever the refusal of SUBSCRIBE said', async () => {
    for (const kind of ['subscribe', 'rates-by-count'] as const)
      world.pool.errors.set(kind, refusal('history-loading', 1000));
    world.connect();
    await world.pass(60);
    expect(() => world.served()).toThrow(expect.objectContaining({ code: 'history-loading' }));
    world.pool.errors.clear();
    world.truth.tick(world.pool.now);
    await world.pass(16);
    await follows();
    expect(world.series.find(SYMBOL, 'M1')!.state).toBe('live');
  });
});

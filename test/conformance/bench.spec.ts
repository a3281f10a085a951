import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench } from '../../conformance/bench.js';
import { encodeMessage } from '../../src/bridge/index.js';
import { SystemRandom } from '../../src/kernel/index.js';
import { USUAL_SETTINGS } from './suite-under-test.js';
import { ManualClock } from '../support/manual-clock.js';

let clock: ManualClock;
let bench: Bench;
let sockets: Socket[];

beforeEach(async () => {
  clock = new ManualClock();
  bench = await Bench.listen(USUAL_SETTINGS, { clock, random: new SystemRandom() });
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await bench.close();
});

async function dial(): Promise<void> {
  const socket = connect(bench.port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
}

describe('the pause of a bridge', () => {
  it('counts from before the last words, however late this process gets its turn', async () => {
    await dial();
    await bench.dial();
    bench.leave(encodeMessage({ type: 'reject', reason: 'wrong-login', message: 'no', retryAfterMs: 6000 }));
    // The bridge reads the words and waits, while this process does not run.
    clock.advance(6000);
    const pause = bench.pauseUntilDial(60_000);
    await dial();

    expect(await pause).toBe(6000);
  });

  it('counts anew for each connection that was ended', async () => {
    const pauses: number[] = [];
    for (const ms of [1000, 2000, 4000]) {
      await dial();
      await bench.dial();
      bench.leave();
      clock.advance(ms);
      const pause = bench.pauseUntilDial(60_000);
      await dial();
      pauses.push(await pause);
      await bench.dial();
    }
    expect(pauses).toEqual([1000, 2000, 4000]);
  });
});

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../test/support/manual-clock.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { TerminalProbe } from './terminal-probe.js';
import { TerminalSchedule } from './terminal-schedule.js';

/** A schedule over `total` terminals, with its log lines. */
function bench(total: number, connected: number) {
  const clock = new ManualClock();
  const terminals = Array.from({ length: total }, (_, index) => ({
    terminalId: `T${index}`,
    connected: index < connected,
  }));
  const pool = { isDraining: false, stats: () => ({ total, connected, terminals }) } as unknown as TcpTerminalPool;
  const tick = jest.fn(() => Promise.resolve());
  const lines: string[] = [];
  const note = (level: string) => (line: unknown) => {
    lines.push(`${level} ${String(line)}`);
  };
  jest.spyOn(Logger.prototype, 'log').mockImplementation(note('info'));
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(note('warn'));
  return { clock, lines, tick, schedule: new TerminalSchedule(pool, { tick } as unknown as TerminalProbe, clock) };
}

describe('TerminalSchedule', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('says once a minute how many terminals are connected, and probes each second', async () => {
    const { clock, lines, tick, schedule } = bench(3, 3);
    for (let second = 0; second < 125; second++) {
      clock.advance(1000);
      await schedule.tick();
    }
    expect(lines).toEqual(Array(2).fill('info connected: 3 of 3 terminals'));
    expect(tick).toHaveBeenCalledTimes(125);
  });

  it('warns with the names of those that are missing, at most ten', async () => {
    const { clock, lines, schedule } = bench(15, 2);
    clock.advance(60_000);
    await schedule.tick();
    expect(lines).toEqual([
      'warn connected: 2 of 15 terminals; missing: T2, T3, T4, T5, T6, T7, T8, T9, T10, T11 and 3 more',
    ]);
  });
});

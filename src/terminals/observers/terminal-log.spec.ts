import { describe, expect, it } from '@jest/globals';
import { LOG_LINES_KEPT, TerminalLog } from './terminal-log.js';

const line = (message: string) => ({ atMs: 0, level: 'info' as const, message });

describe('TerminalLog', () => {
  it('keeps the newest lines of each terminal, oldest first', () => {
    const log = new TerminalLog(['A', 'B']);
    for (let number = 0; number < LOG_LINES_KEPT + 5; number++) log.add('A', line(String(number)));
    log.add('B', line('other'));
    expect(log.newest('A', 2).map(({ message }) => message)).toEqual(['1003', '1004']);
    expect(log.newest('A', LOG_LINES_KEPT)).toHaveLength(LOG_LINES_KEPT);
    expect(log.newest('A', LOG_LINES_KEPT)[0]?.message).toBe('5');
    expect(log.newest('B', 10)).toEqual([line('other')]);
  });

  it('keeps nothing about terminals that are not configured, and no control characters', () => {
    const log = new TerminalLog(['A']);
    log.add('stranger', line('x'));
    log.add('A', line('two\nlines\u001b[31m'));
    expect(log.newest('stranger', 10)).toEqual([]);
    expect(log.newest('A', 10)[0]?.message).toBe('two?lines?[31m');
  });
});

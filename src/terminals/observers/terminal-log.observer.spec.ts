import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../test/support/manual-clock.js';
import type { Rejection } from '../../bridge/index.js';
import { Emitter } from '../../kernel/index.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { TerminalLog } from './terminal-log.js';
import { TerminalLogObserver } from './terminal-log.observer.js';

describe('the log of the bridge port', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('writes one line a minute about a storm of connections, with their number', () => {
    const warnings: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => warnings.push(message));
    const rejections = new Emitter<Rejection>();
    const none = new Emitter<never>().subscribe;
    const pool = {
      onChange: none,
      onAlarm: none,
      onRoute: none,
      onReport: none,
      onTerminalError: none,
      onOutcome: none,
    };
    const clock = new ManualClock();
    const listening = { ...pool, listener: { onRejected: rejections.subscribe } } as unknown as TcpTerminalPool;
    const observer = new TerminalLogObserver(listening, new TerminalLog(['A']), clock);
    expect(observer).toBeDefined();
    const turnedAway = { reason: 'too-many-connections', remoteAddress: '10.0.0.7', detail: 'full' } as const;
    for (let count = 0; count < 500; count++) rejections.emit(turnedAway);
    clock.advance(60_000);
    rejections.emit(turnedAway);
    expect(warnings).toEqual([
      'connections that proved nothing are turned away, too many are open (now one of 10.0.0.7)',
      'connections that proved nothing are turned away, too many are open (now one of 10.0.0.7, 500 since the last such line)',
    ]);
  });
});

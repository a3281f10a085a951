import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../test/support/manual-clock.js';
import { stopOnSignal } from './stop-on-signal.js';

describe('stopOnSignal', () => {
  const clock = new ManualClock();
  let source: EventEmitter;
  let calls: string[];

  beforeEach(() => {
    source = new EventEmitter();
    calls = [];
    stopOnSignal(source, { gently: () => calls.push('gently'), byForce: () => calls.push('by force') }, clock);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'])('stops gently on %s', (event) => {
    source.emit(event);
    expect(calls).toEqual(['gently']);
  });

  it('takes what comes within a second of the first signal for the same one', () => {
    source.emit('SIGINT');
    clock.advance(1000);
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(calls).toEqual(['gently']);
  });

  it('forces the end on a second signal', () => {
    source.emit('SIGTERM');
    clock.advance(1001);
    source.emit('SIGTERM');
    expect(calls).toEqual(['gently', 'by force']);
  });

  it('does not force the end because the parent goes while it stops', () => {
    source.emit('SIGTERM');
    clock.advance(60_000);
    source.emit('disconnect');
    expect(calls).toEqual(['gently']);
  });
});

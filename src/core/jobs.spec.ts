import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { ManualClock } from '../../test/support/manual-clock.js';
import { Clock } from '../kernel/index.js';
import { CoreModule } from './core.module.js';
import { Jobs } from './jobs.js';

describe('Jobs', () => {
  let app: TestingModule;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = new ManualClock();
    const testing = Test.createTestingModule({ imports: [CoreModule] });
    app = await testing.overrideProvider(Clock).useValue(clock).compile();
    await app.init();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('runs a job at the pace of the injected clock and lists it until the application stops', async () => {
    const work = jest.fn(async () => undefined);
    app.get(Jobs).every('probe', 1000, work);
    clock.advance(3500);
    expect(work).toHaveBeenCalledTimes(3);
    const registry = app.get(SchedulerRegistry);
    expect(registry.getIntervals()).toEqual(['probe']);
    await app.close();
    clock.advance(5000);
    expect(work).toHaveBeenCalledTimes(3);
    expect(registry.getIntervals()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('logs a run that fails and runs the job again', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const work = jest.fn(() => Promise.reject(new Error('planted')));
    app.get(Jobs).every('probe', 1000, work);
    await clock.advanceAsync(2000, 1000);
    expect(work).toHaveBeenCalledTimes(2);
    expect(logged).toHaveBeenCalledTimes(2);
    await app.close();
  });
});

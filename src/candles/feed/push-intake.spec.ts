import { describe, expect, it } from '@jest/globals';
import { PushIntake } from './push-intake.js';

const push = (sequence: number) => {
  return { type: 'bar', symbol: 'EURUSD', timeframe: 'H1', sequence, closed: [], forming: undefined } as const;
};

/** An intake whose session counts from 10, and what it said of pushes. */
function started() {
  const outcomes: string[] = [];
  const intake = new PushIntake(({ outcome }) => outcomes.push(outcome));
  intake.subscribedAt(10);
  return { intake, outcomes };
}

describe('the pushes of a series', () => {
  it('that were put aside for a backfill that failed are told, and the next number is expected after them', () => {
    const { intake, outcomes } = started();
    for (const number of [11, 12]) intake.putAside(push(number));
    intake.begin();
    expect(outcomes).toEqual(['loading', 'loading']);
    expect(intake.drain()).toEqual([]);
    expect(intake.take(13)).toBeUndefined();
  });

  it('that were put aside when the session ends are told', () => {
    const { intake, outcomes } = started();
    intake.putAside(push(11));
    intake.forget();
    expect(outcomes).toEqual(['loading']);
    expect(intake.subscribed).toBe(false);
  });

  it('that came before the newest bars were asked for are told as superseded', () => {
    const { intake, outcomes } = started();
    intake.putAside(push(11));
    intake.supersede();
    expect(outcomes).toEqual(['superseded']);
    expect(intake.take(12)).toBeUndefined();
  });

  it('beyond a thousand during one backfill are told, oldest first', () => {
    const { intake, outcomes } = started();
    for (let number = 11; number < 1013; number++) intake.putAside(push(number));
    expect(outcomes).toEqual(['overflow', 'overflow']);
    expect(intake.drain()[0]).toMatchObject({ sequence: 13 });
  });
});

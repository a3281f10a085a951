import { nextPushNumber, pushNumbersBetween } from '../../terminals/index.js';

/** Why a number is not the next one, and the words for it. */
export interface NumberFault {
  readonly reason: 'lost' | 'repeated' | 'backwards';
  readonly message: string;
}

/** A jump forward by less than this is a loss, any other one a step back. */
const HALF = 2 ** 31;

/**
 * The numbers of one series' pushes within one session. TCP keeps their order, so a number that is not the next one is a
 * hole, whichever way it points: the content is refused, and the number is taken as the place to count on from.
 */
export class PushNumbers {
  private last: number | undefined;

  /** Whether the terminal has said from where it counts. */
  get known(): boolean {
    return this.last !== undefined;
  }

  /**
   * SUBSCRIBED told `number`. Pushes may have overtaken the answer; `overtaking` are the numbers that came since it was
   * asked for, oldest first.
   */
  begin(number: number, overtaking: readonly number[]): void {
    this.last = number;
    const newest = overtaking.at(-1);
    if (newest !== undefined && pushNumbersBetween(number, newest) <= overtaking.length) this.last = newest;
  }

  /** A push was seen whose content does not matter. */
  skip(number: number): void {
    if (this.known) this.last = number;
  }

  /** Takes a number; the fault when it is not the next one. */
  take(number: number): NumberFault | undefined {
    const { last } = this;
    this.last = number;
    if (last === undefined) return undefined;
    const expected = nextPushNumber(last);
    if (number === expected) return undefined;
    if (number === last) return { reason: 'repeated', message: `push ${number} came twice` };
    return pushNumbersBetween(expected, number) < HALF
      ? { reason: 'lost', message: `pushes ${expected} to ${(number - 1) >>> 0} were lost` }
      : { reason: 'backwards', message: `push ${number} came after push ${last}` };
  }

  /** The session is over, or the subscription is. */
  forget(): void {
    this.last = undefined;
  }
}

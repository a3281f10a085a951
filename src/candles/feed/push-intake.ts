import type { BarPush } from '../../terminals/index.js';
import { PushNumbers, type NumberFault } from './push-numbers.js';
import type { JudgedPush } from './push-outcome.js';

const MAX_BUFFERED = 1000;

/** The pushes of one series and session: their numbers, and those that are put aside while a backfill runs. */
export class PushIntake {
  private readonly numbers = new PushNumbers();
  private readonly aside: BarPush[] = [];

  constructor(private readonly report: (push: JudgedPush) => void) {}

  /** Whether the current session's pushes are numbered already. */
  get subscribed(): boolean {
    return this.numbers.known;
  }

  /** SUBSCRIBED told `number`: the next push carries the one after it. */
  subscribedAt(number: number): void {
    this.numbers.begin(
      number,
      this.aside.map(({ sequence }) => sequence),
    );
  }

  /** A backfill begins or came to nothing: what was put aside for the one before is not needed. */
  begin(): void {
    for (const { sequence } of this.aside.splice(0)) this.skip(sequence, 'loading');
  }

  putAside(push: BarPush): void {
    if (this.aside.push(push) <= MAX_BUFFERED) return;
    this.aside.shift();
    const detail = `more than ${MAX_BUFFERED} pushes came during one backfill`;
    this.report({ outcome: 'overflow', detail, newestBar: undefined });
  }

  /** The newest bars are asked for now: the answer is newer than every push that came before. */
  supersede(): void {
    for (const { sequence } of this.aside.splice(0)) this.skip(sequence, 'superseded');
  }

  /** What was put aside, oldest first; nothing is kept. */
  drain(): BarPush[] {
    return this.aside.splice(0);
  }

  /** Notes the number of a push whose content is not needed. */
  skip(sequence: number, outcome: 'superseded' | 'loading'): void {
    this.numbers.skip(sequence);
    this.report({ outcome, detail: undefined, newestBar: undefined });
  }

  take(sequence: number): NumberFault | undefined {
    return this.numbers.take(sequence);
  }

  /** The session is over, or the subscription is. */
  forget(): void {
    this.begin();
    this.numbers.forget();
  }
}

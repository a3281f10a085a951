import type { Clock } from '../src/kernel/index.js';
import type { FaultCommand } from './fault-command.js';

const USUAL = {
  loadingCalls: 0,
  loadingUntilMs: 0,
  partialCalls: 0,
  indicatorLoadingCalls: 0,
  hang: 'no' as 'no' | 'answers' | 'everything',
  accountLogin: undefined as number | undefined,
  skewMs: 0,
  storm: 0,
  brokerConnected: true,
  losePushes: 0,
  duplicatePushes: 0,
  latePushes: 0,
  answerDelayMs: 0,
  unwrittenCells: 18,
  memoryMb: 320,
  memoryGrowthMb: 0,
};

/** What is wrong with one terminal now. Faults that last for some calls count down as they are taken. */
export class Faults {
  private readonly now = { ...USUAL };

  constructor(private readonly clock: Clock) {}

  get state(): Readonly<typeof USUAL> {
    return this.now;
  }

  /** Notes what a command changes in the manners of a terminal; what it must do at once is the terminal's part. */
  apply(command: FaultCommand): void {
    Object.assign(this.now, this.changes(command));
  }

  /** Whether a call meets history that is still loading. */
  takeHistoryLoading(): boolean {
    if (this.clock.monotonicMs() < this.now.loadingUntilMs) return true;
    return this.take('loadingCalls');
  }

  /** Uses up one of the counted faults; false when none is left. */
  take(fault: CountedFault): boolean {
    if (this.now[fault] <= 0) return false;
    this.now[fault] -= 1;
    return true;
  }

  /** Memory to report in the next heartbeat, megabytes. */
  nextMemoryMb(): number {
    const memoryMb = this.now.memoryMb;
    this.now.memoryMb += this.now.memoryGrowthMb;
    return memoryMb;
  }

  private changes(command: FaultCommand): Partial<typeof USUAL> {
    switch (command.command) {
      case 'history-loading':
        return {
          loadingCalls: command.calls ?? 0,
          loadingUntilMs: this.clock.monotonicMs() + (command.forMs ?? 0),
        };
      case 'partial-answers':
        return { partialCalls: command.calls };
      case 'indicator-loading':
        return { indicatorLoadingCalls: command.calls };
      case 'hang':
        return { hang: command.heartbeats ? 'answers' : 'everything' };
      case 'resume':
        return { hang: 'no' };
      case 'account-change':
        return { accountLogin: command.login };
      case 'clock-skew':
        return { skewMs: command.ms };
      case 'restart-storm':
        return { storm: command.times };
      case 'broker-connection':
        return { brokerConnected: command.connected };
      case 'lose-pushes':
        return { losePushes: command.count };
      case 'duplicate-pushes':
        return { duplicatePushes: command.count };
      case 'late-pushes':
        return { latePushes: command.count };
      case 'slow-answers':
        return { answerDelayMs: command.delayMs };
      case 'unwritten-cells':
        return { unwrittenCells: command.cells };
      case 'memory':
        return { memoryMb: command.megabytes, memoryGrowthMb: command.growthMb ?? 0 };
      case 'reset':
        return USUAL;
      default:
        return {};
    }
  }
}

type CountedFault =
  'loadingCalls' | 'partialCalls' | 'indicatorLoadingCalls' | 'storm' | 'losePushes' | 'duplicatePushes' | 'latePushes';

import type { Clock } from '../src/kernel/index.js';
import type { CommandOf, FaultCommand } from './fault-command.js';

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

type Changes<C> = (command: C, nowMs: number) => Partial<typeof USUAL>;
const nothing = () => ({});

/** The change of each command in the behavior of a terminal; the compiler keeps the table complete. */
const CHANGES: { readonly [C in FaultCommand['command']]: Changes<CommandOf<C>> } = {
  'history-loading': ({ calls = 0, forMs = 0 }, nowMs) => ({ loadingCalls: calls, loadingUntilMs: nowMs + forMs }),
  'partial-answers': ({ calls }) => ({ partialCalls: calls }),
  'indicator-loading': ({ calls }) => ({ indicatorLoadingCalls: calls }),
  hang: ({ heartbeats }) => ({ hang: heartbeats ? 'answers' : 'everything' }),
  resume: () => ({ hang: 'no' }),
  'account-change': ({ login }) => ({ accountLogin: login }),
  'clock-skew': ({ ms }) => ({ skewMs: ms }),
  'restart-storm': ({ times }) => ({ storm: times }),
  'broker-connection': ({ connected }) => ({ brokerConnected: connected }),
  'lose-pushes': ({ count }) => ({ losePushes: count }),
  'duplicate-pushes': ({ count }) => ({ duplicatePushes: count }),
  'late-pushes': ({ count }) => ({ latePushes: count }),
  'slow-answers': ({ delayMs }) => ({ answerDelayMs: delayMs }),
  'unwritten-cells': ({ cells }) => ({ unwrittenCells: cells }),
  memory: ({ megabytes, growthMb = 0 }) => ({ memoryMb: megabytes, memoryGrowthMb: growthMb }),
  reset: () => USUAL,
  'advance-clock': nothing,
  busy: nothing,
  drop: nothing,
  'half-open': nothing,
  identity: nothing,
  'rename-symbol': nothing,
  'rewrite-history': nothing,
};

/** Current faults of one terminal. Faults that last for some calls count down as they are taken. */
export class Faults {
  private readonly now = { ...USUAL };

  constructor(private readonly clock: Clock) {}

  get state(): Readonly<typeof USUAL> {
    return this.now;
  }

  /** Records the lasting change of a command; the terminal carries out its immediate part. */
  apply(command: FaultCommand): void {
    const changesOf = CHANGES[command.command] as Changes<FaultCommand>;
    Object.assign(this.now, changesOf(command, this.clock.monotonicMs()));
  }

  /** Whether a call meets history that is still loading. */
  takeHistoryLoading(): boolean {
    if (this.clock.monotonicMs() < this.now.loadingUntilMs) return true;
    return this.take('loadingCalls');
  }

  /** Takes one of the counted faults; false when none is left. */
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
}

type CountedFault =
  'loadingCalls' | 'partialCalls' | 'indicatorLoadingCalls' | 'storm' | 'losePushes' | 'duplicatePushes' | 'latePushes';

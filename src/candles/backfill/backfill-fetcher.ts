import { barClose, Bars, sameBar, timeframeSeconds, type Candle } from '../../market/index.js';
import type { TerminalPool } from '../../terminals/index.js';
import { BackfillRefusedError } from '../candles.errors.js';
import { horizonMs, type ServerTime } from '../feed/server-time.js';
import { describeRefused, usableRates, type RefusedBar } from '../feed/incoming-bars.js';
import { refusedSlots } from '../feed/refused-bars.js';
import type { Backfill, BackfillAttempt } from '../series/backfill.js';
import type { LiveSeries } from '../series/live-series.js';

/** Bars fetched besides the missing ones, to see whether history is still the same. */
const OVERLAP_BARS = 5;
/** This many equal bars at the old end of an answer prove that it joins what is known. */
const PROOF_BARS = 3;
const CHUNK_BARS = 5200;
/** Answers shorter than asked for that are waited out before they count as all that the terminal has. */
const SHORT_ANSWERS = 3;

/** The newest bars as one terminal told them. */
interface Fetched {
  readonly rates: readonly Candle[];
  readonly lastForming: boolean;
  readonly reachesStart: boolean;
  /** Fewer than asked for, though history is said to go on. */
  readonly short: boolean;
}

/** The backfill was overtaken by another route; its result is void. */
export class BackfillSupersededError extends Error {}

/**
 * Fetches what a series lacks: the bars since its newest one and a few more. Where those disagree with what is known,
 * or do not reach it, four times as many are fetched until they join or everything has been fetched.
 */
export class BackfillFetcher {
  private shortAnswers = 0;
  private longest = 0;
  /** All that the terminal has was fetched once; from now on only what is missing is. */
  private complete = false;

  constructor(
    private readonly pool: TerminalPool,
    private readonly live: LiveSeries,
  ) {}

  /**
   * @throws BackfillSupersededError when the route changed meanwhile
   * @throws GatewayError when the terminal refuses or its answer cannot be used yet
   */
  async run(attempt: BackfillAttempt): Promise<Backfill> {
    const most = this.live.bars.capacity + 1;
    for (let count = this.missing(attempt, most); ; count = Math.min(most, count * 4)) {
      const fetched = await this.fetch(attempt, count);
      const time = this.serverTime();
      const untilMs = horizonMs(time, this.live);
      const { candles, refused } = usableRates(fetched.rates, { timeframe: this.live.timeframe, untilMs });
      const exhausted = count >= most || fetched.reachesStart || fetched.short;
      if (candles.length === 0) {
        if (exhausted || refused.length === 0) {
          this.live.leaveOut(refused, { untilMs, route: attempt.route });
          throw new BackfillRefusedError(this.words(nothingUsable(refused)));
        }
        // Server time went back: the newest bars lie ahead of it, older ones do not.
        continue;
      }
      const from = candles[0]!.time;
      const lastForming = fetched.lastForming && candles.at(-1)!.time === fetched.rates.at(-1)!.time;
      const settled = settle(candles, this.live, { time, untilMs, lastForming });
      const known = this.live.bars.closed;
      const older = joins(known, settled.closed, exhausted);
      const enough = known.length > 0 && older === 'joined' && from <= Math.max(attempt.request.from, known.firstTime!);
      if (fetched.short && !enough) this.refuseShort(fetched.rates.length);
      if (older === undefined) continue;
      this.complete ||= !fetched.short || known.length === 0;
      this.shortAnswers = 0;
      this.live.leaveOut(refused, { untilMs, route: attempt.route });
      const slots = refusedSlots(refused, { timeframe: this.live.timeframe, untilMs });
      return { from, ...settled, refused: slots, older, reachesStart: fetched.reachesStart };
    }
  }

  /** How many bars to begin with. */
  private missing({ request }: BackfillAttempt, most: number): number {
    const known = this.live.bars.closed;
    const incomplete = known.length < this.live.bars.capacity && !this.live.reachesStart && !this.complete;
    if (known.length === 0 || incomplete) return most;
    const from = Math.min(known.lastTime!, request.from);
    const slots = Math.ceil((this.serverTime().nowMs / 1000 - from) / timeframeSeconds(this.live.timeframe));
    return Math.min(most, Math.max(0, slots) + 1 + OVERLAP_BARS);
  }

  private serverTime(): ServerTime {
    const time = this.live.time();
    if (time === undefined) throw new BackfillRefusedError(this.words('the terminal has not told its server time yet'));
    return time;
  }

  /** Newest chunk first; each older one must contain the oldest bar of the one before. */
  private async fetch(attempt: BackfillAttempt, count: number): Promise<Fetched> {
    const newest = await this.ask(attempt, 0, Math.min(count, CHUNK_BARS));
    let rates = newest.rates;
    let last = newest;
    let asked = Math.min(count, CHUNK_BARS);
    while (rates.length < count && last.rates.length >= asked && !last.reachesStart) {
      // A few more than are missing: bars that open meanwhile push the older ones back.
      asked = Math.min(count - rates.length + 1 + OVERLAP_BARS, CHUNK_BARS);
      last = await this.ask(attempt, rates.length - 1, asked);
      const oldest = rates[0]!.time;
      if (!last.rates.some(({ time }) => time === oldest)) {
        throw new BackfillRefusedError(this.words('history moved while it was read'));
      }
      rates = [...last.rates.filter(({ time }) => time < oldest), ...rates];
      if (last.rates.length > 0 && last.rates[0]!.time >= oldest) break;
    }
    const short = rates.length < count && !last.reachesStart;
    return { rates, lastForming: newest.lastForming, reachesStart: last.reachesStart, short };
  }

  private async ask(attempt: BackfillAttempt, start: number, count: number) {
    if (!this.live.isCurrent(attempt)) throw new BackfillSupersededError();
    if (start === 0) this.live.forgetBuffered();
    const { brokerSymbol: symbol, terminalId } = attempt.route;
    const answer = await this.pool.request(
      terminalId,
      { type: 'rates-by-count', symbol, timeframe: this.live.timeframe, start, count },
      { priority: 'bulk' },
    );
    if (!this.live.isCurrent(attempt)) throw new BackfillSupersededError();
    return answer;
  }

  /** A terminal that is still loading answers with a part. It is believed when it stops growing. */
  private refuseShort(length: number): void {
    const grew = length > this.longest;
    this.longest = Math.max(this.longest, length);
    this.shortAnswers = grew ? 1 : this.shortAnswers + 1;
    if (this.shortAnswers < SHORT_ANSWERS) throw new BackfillRefusedError(this.words(`only ${length} bars so far`));
  }

  private words(what: string): string {
    return `Backfill of ${this.live.symbol} ${this.live.timeframe}: ${what}`;
  }
}

/** Why an answer has no bar that can be used. */
function nothingUsable([example, ...others]: readonly RefusedBar[]): string {
  if (example === undefined) return 'the terminal gave no usable bar: none at all';
  return `the terminal gave no usable bar: ${others.length + 1} cannot be, e.g. ${describeRefused(example)}`;
}

/** Splits an answer into closed bars and the forming one, by server time and, where that is silent, by its flag. */
function settle(
  candles: readonly Candle[],
  { timeframe }: LiveSeries,
  { time, untilMs, lastForming }: { time: ServerTime; untilMs: number; lastForming: boolean },
): { closed: Bars; forming: Candle | undefined; provisional: boolean } {
  const last = candles.at(-1)!;
  const closeMs = barClose(timeframe, last.time) * 1000;
  const over = time.fresh && time.rate > 0 && closeMs + (untilMs - time.nowMs) <= time.nowMs;
  // The bridge says what is forming by the same clock: while that is wrong, the newest bar may still change.
  const open = !time.trusted || closeMs > untilMs || (lastForming && !over);
  return {
    closed: Bars.from(open ? candles.slice(0, -1) : candles),
    forming: open ? last : undefined,
    provisional: !open && lastForming,
  };
}

/** How an answer goes together with what is known; undefined = unclear, fetch more. */
function joins(known: Bars, fetched: Bars, exhausted: boolean): Backfill['older'] | undefined {
  const first = fetched.firstTime;
  if (known.length === 0) return 'joined';
  if (first === undefined) return exhausted ? 'apart' : undefined;
  if (first <= known.firstTime!) return 'joined';
  const at = known.lowerBound(first);
  if (at === known.length) return exhausted ? 'apart' : undefined;
  let equal = 0;
  while (
    equal < PROOF_BARS &&
    at + equal < known.length &&
    equal < fetched.length &&
    sameBar(known, at + equal, fetched, equal)
  ) {
    equal++;
  }
  if (equal >= PROOF_BARS) return 'joined';
  return exhausted ? 'rewritten' : undefined;
}

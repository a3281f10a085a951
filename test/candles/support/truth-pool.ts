import { Emitter, GatewayError, type Clock } from '../../../src/kernel/index.js';
import type { Candle, SymbolName } from '../../../src/market/index.js';
import { TerminalPool, type SymbolRoute, type TerminalClock } from '../../../src/terminals/index.js';
import { TerminalDisconnectedError } from '../../../src/terminals/terminals.errors.js';
import type { TerminalReport } from '../../../src/terminals/terminal-pool.js';
import type { MarketTruth } from './market-truth.js';

type Request = Parameters<TerminalPool['request']>[1];
type RequestOptions = NonNullable<Parameters<TerminalPool['request']>[2]>;
type Heard<K extends 'onRoute' | 'onBar' | 'onHistoryChanged' | 'onHeartbeat'> = Parameters<
  Parameters<TerminalPool[K]>[0]
>[0];

/** The terminal refused or is gone. */
export class TruthPoolError extends GatewayError {
  override readonly retryable = true;

  constructor(readonly code: 'terminal-disconnected' | 'history-loading') {
    super(`scripted: ${code}`);
  }
}

interface Session {
  readonly route: SymbolRoute;
  readonly truths: readonly MarketTruth[];
  /** Last sequence number per subscribed timeframe. */
  readonly sequences: Map<string, number>;
}

export interface TruthPoolOptions {
  readonly clock: Clock;
  readonly symbol: SymbolName;
  /** Server time when the clock stands at 0, milliseconds. */
  readonly startMs: number;
  /** @default 1 */
  readonly clockRate?: number;
}

/**
 * A pool with one symbol and one session at a time, which tells the truth of a market over an unreliable line. Answers
 * are put together half-way between request and response, so pushes overtake them.
 */
export class TruthPool extends TerminalPool {
  override readonly symbols: readonly SymbolName[];
  /** Requests of these kinds are refused so many times. */
  readonly refusals = new Map<string, number>();
  readonly requests: Request[] = [];
  /** With which priorities each kind was asked for. */
  readonly priorities = new Map<string, Set<string>>();
  latencyMs = 10;
  /** So many answers with rates have only the newer half of the bars, as while history is loaded. */
  partials = 0;
  /** Whether the next session's bridge pushes bars. */
  pushes = true;
  /** How far the terminal's clock is ahead of the truth, as the pool knows. */
  skewMs = 0;
  /** So far the server's clock was set back, together with its offset: nothing about it looks wrong. */
  setBackMs = 0;
  /** The bridge takes the newest bar for closed. */
  notForming = false;
  /** How requests of these kinds are answered with an error, until it is taken out. */
  readonly errors = new Map<Request['type'], GatewayError>();
  /** What was reported about terminals. */
  readonly reports: (TerminalReport & { readonly terminalId: string })[] = [];
  /** Quote sessions besides those of a market that never rests. */
  oddSessions: readonly { readonly weekday: number; readonly from: number; readonly to: number }[] = [];
  /** What the terminal tells of its oldest bars. */
  earliest: Readonly<Record<string, number>> = {};
  /** Alters answers with rates by range. */
  distortRange: (rates: Candle[]) => Candle[] = (rates) => rates;
  /** Alters answers with rates by count. */
  distort: (rates: Candle[]) => Candle[] = (rates) => rates;
  /** Open of the last pushed bar that the series took. */
  lastApplied: number | undefined;
  private readonly routes = new Emitter<Heard<'onRoute'>>();
  private readonly bars = new Emitter<Heard<'onBar'>>();
  private readonly rewrites = new Emitter<Heard<'onHistoryChanged'>>();
  private readonly heartbeats = new Emitter<Heard<'onHeartbeat'>>();
  private session: Session | undefined;
  private heard: TerminalClock | undefined;
  private epoch = 0;

  override readonly onRoute = this.routes.subscribe;
  override readonly onBar = this.bars.subscribe;
  override readonly onHistoryChanged = this.rewrites.subscribe;
  override readonly onHeartbeat = this.heartbeats.subscribe;

  constructor(private readonly options: TruthPoolOptions) {
    super();
    this.symbols = [options.symbol];
  }

  /** Server seconds now. */
  get now(): number {
    return Math.floor(this.nowMs / 1000);
  }

  get nowMs(): number {
    return this.options.startMs + this.options.clock.monotonicMs() * (this.options.clockRate ?? 1);
  }

  get connected(): boolean {
    return this.session !== undefined;
  }

  connect(terminalId: string, truths: readonly MarketTruth[], brokerSymbol = `${this.options.symbol}.m`): void {
    const route = {
      symbol: this.options.symbol,
      terminalId,
      epoch: ++this.epoch,
      brokerServer: truths[0]!.brokerServer,
      brokerSymbol,
      digits: 2,
      simulated: truths[0]!.brokerServer.startsWith('Sim'),
      pushes: this.pushes,
    };
    this.session = { route, truths, sequences: new Map() };
    this.heard = undefined;
    this.routes.emit({ symbol: route.symbol, route });
  }

  drop(): void {
    if (this.session === undefined) return;
    this.session = undefined;
    this.routes.emit({ symbol: this.options.symbol, route: undefined });
  }

  heartbeat(): void {
    if (this.session === undefined) return;
    const { clockRate = 1, clock } = this.options;
    const { skewMs } = this;
    const heardAtMs = clock.monotonicMs();
    const told = { serverTimeMs: this.nowMs + skewMs - this.setBackMs, clockRate, utcOffsetSeconds: 7200, heardAtMs };
    this.heard = skewMs === 0 ? told : { ...told, utcOffsetSeconds: undefined, skewMs };
    this.heartbeats.emit({ terminalId: this.session.route.terminalId, clock: this.heard });
  }

  /** Number of the session's last push, or the one that SUBSCRIBED told. */
  numberOf(truth: MarketTruth): number {
    return this.session?.sequences.get(truth.timeframe) ?? 0;
  }

  /** What the session's terminal sends after a price change; lost on the way if so wished. */
  push(truth: MarketTruth, closed: readonly Candle[], { lost = false } = {}): void {
    const { session } = this;
    const sequence = session?.sequences.get(truth.timeframe);
    if (session === undefined || sequence === undefined || !session.truths.includes(truth)) return;
    const number = (sequence + 1) >>> 0;
    session.sequences.set(truth.timeframe, number);
    if (lost) return;
    const symbol = session.route.brokerSymbol;
    const { timeframe, forming } = truth;
    const push = { type: 'bar', symbol, timeframe, sequence: number, closed, forming } as const;
    this.bars.emit({ route: session.route, push });
  }

  /** The terminal pushes bars of a timeframe that nobody asked for. */
  pushOther(timeframe: string): void {
    const { session } = this;
    if (session === undefined) return;
    const symbol = session.route.brokerSymbol;
    const push = { type: 'bar', symbol, timeframe, sequence: 1, closed: [], forming: undefined } as const;
    this.bars.emit({ route: session.route, push });
  }

  /** The bridge's counter goes wrong: the next push carries the number after `last`. */
  renumber(truth: MarketTruth, last: number): void {
    this.session?.sequences.set(truth.timeframe, last >>> 0);
  }

  historyChanged(truth: MarketTruth, from: number): void {
    const { session } = this;
    if (session === undefined || !session.truths.includes(truth)) return;
    const symbol = session.route.brokerSymbol;
    const push = { type: 'history-changed', symbol, timeframe: truth.timeframe, from } as const;
    this.rewrites.emit({ route: session.route, push });
  }

  override barApplied(_terminalId: string, openTime: number): void {
    this.lastApplied = openTime;
  }

  override away(symbol: SymbolName): GatewayError {
    return new TerminalDisconnectedError(this.terminalIdOf(), symbol);
  }

  override route(symbol: SymbolName): SymbolRoute {
    const route = this.findRoute(symbol);
    if (route === undefined) throw this.away(symbol);
    return route;
  }

  override findRoute(symbol: SymbolName): SymbolRoute | undefined {
    return symbol === this.options.symbol ? this.session?.route : undefined;
  }

  override terminalIdOf(): string {
    return this.session?.route.terminalId ?? 'MT5_01';
  }

  override clock(terminalId: string): TerminalClock | undefined {
    return this.session?.route.terminalId === terminalId ? this.heard : undefined;
  }

  override report(terminalId: string, report: TerminalReport): void {
    this.reports.push({ terminalId, ...report });
  }

  override request(terminalId: string, request: Request, options: RequestOptions = {}): Promise<never> {
    this.requests.push(request);
    const { priority = 'normal' } = options;
    this.priorities.set(request.type, (this.priorities.get(request.type) ?? new Set()).add(priority));
    const { clock } = this.options;
    const { session } = this;
    return new Promise<unknown>((resolve, reject) => {
      clock.after(this.latencyMs, () => {
        const left = this.refusals.get(request.type) ?? 0;
        if (left > 0) this.refusals.set(request.type, left - 1);
        const gone = session === undefined || this.session !== session || session.route.terminalId !== terminalId;
        const failure = gone ? 'terminal-disconnected' : left > 0 ? 'history-loading' : undefined;
        const error = this.errors.get(request.type);
        const answer = failure === undefined && error === undefined ? this.answer(session!, request) : undefined;
        clock.after(this.latencyMs, () => {
          if (this.session !== session) reject(new TruthPoolError('terminal-disconnected'));
          else if (failure !== undefined) reject(new TruthPoolError(failure));
          else if (error !== undefined) reject(error);
          else resolve(answer);
        });
      });
    }) as Promise<never>;
  }

  private answer(session: Session, request: Request): unknown {
    if (request.type === 'symbol') {
      const { sessions, ...info } = symbolInfo(request.symbol);
      return { ...info, sessions: [...sessions, ...this.oddSessions], earliest: this.earliest };
    }
    if (!('timeframe' in request)) throw new RangeError(`not scripted: ${request.type}`);
    if (request.type === 'subscribe') {
      session.sequences.set(request.timeframe, session.sequences.get(request.timeframe) ?? 100);
      return { type: 'subscribed', sequence: session.sequences.get(request.timeframe) };
    }
    const truth = session.truths.find(({ timeframe }) => timeframe === request.timeframe)!;
    const all = truth.forming === undefined ? truth.closed : [...truth.closed, truth.forming];
    if (request.type === 'rates-by-range') {
      const rates = all.filter(({ time }) => time >= request.from && time < request.to);
      const reachesStart = request.from <= (all[0]?.time ?? 0);
      return this.perhapsPartial({ type: 'rates', rates: this.distortRange(rates), lastForming: false, reachesStart });
    }
    if (request.type !== 'rates-by-count') throw new RangeError(`not scripted: ${request.type}`);
    const end = all.length - request.start;
    const rates = this.distort(all.slice(Math.max(0, end - request.count), Math.max(0, end)));
    const lastForming = request.start === 0 && truth.forming !== undefined && !this.notForming;
    return this.perhapsPartial({ type: 'rates', rates, lastForming, reachesStart: end - request.count <= 0 });
  }

  private perhapsPartial<T extends { rates: Candle[]; reachesStart: boolean }>(answer: T): T {
    if (this.partials <= 0) return answer;
    this.partials--;
    return { ...answer, rates: answer.rates.slice(Math.floor(answer.rates.length / 2)), reachesStart: false };
  }
}

function symbolInfo(symbol: string) {
  const sessions = [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, from: 0, to: 86_400 }));
  const names = { symbol, description: 'Scripted', path: '', baseCurrency: 'EUR', profitCurrency: 'USD' };
  const numbers = { digits: 2, point: 0.01, contractSize: 100_000, tradable: true };
  return { type: 'symbol-info', ...names, ...numbers, sessions };
}

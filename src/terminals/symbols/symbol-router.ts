import { type Clock, Emitter, type Timer } from '../../kernel/index.js';
import type { SymbolName } from '../../market/index.js';
import type { SymbolRoute } from '../terminal-pool.js';

/** A preferred terminal takes a symbol back after it had it this long without a break, milliseconds. */
export const FAIL_BACK_MS = 30_000;

/** The route of a symbol appeared, moved or vanished. */
export interface RouteChange {
  readonly symbol: SymbolName;
  readonly route: SymbolRoute | undefined;
}

interface Candidate {
  readonly route: SymbolRoute;
  /** Time since which this session has the symbol, monotonic milliseconds. */
  readonly sinceMs: number;
}

/**
 * Decides which terminal serves a symbol: the first one in configured order that has it. When it disconnects, the next
 * takes over immediately. When a preferred one is back, it takes the symbol only after {@link FAIL_BACK_MS}, so that a
 * flapping terminal does not make the route flap.
 */
export class SymbolRouter {
  private readonly candidates = new Map<SymbolName, Map<string, Candidate>>();
  private readonly current = new Map<SymbolName, SymbolRoute>();
  private readonly failBacks = new Map<SymbolName, Timer>();
  private readonly changes = new Emitter<RouteChange>();
  readonly onRoute = this.changes.subscribe;

  constructor(
    /** Terminal ids per symbol, most preferred first. */
    private readonly order: ReadonlyMap<SymbolName, readonly string[]>,
    private readonly clock: Clock,
  ) {}

  find(symbol: SymbolName): SymbolRoute | undefined {
    return this.current.get(symbol);
  }

  /** The terminal that serves the symbol now, else the first configured; undefined when none is configured for it. */
  terminalIdOf(symbol: SymbolName): string | undefined {
    return this.current.get(symbol)?.terminalId ?? this.order.get(symbol)?.[0];
  }

  /** Sets all routes that a terminal can serve from now on; its other routes are withdrawn. */
  setRoutes(terminalId: string, routes: readonly SymbolRoute[]): void {
    const bySymbol = new Map(routes.map((route) => [route.symbol, route]));
    const touched = [...this.order].filter(([, terminals]) => terminals.includes(terminalId)).map(([symbol]) => symbol);
    for (const symbol of touched) this.note(symbol, terminalId, bySymbol.get(symbol));
    const changes = touched.map((symbol) => this.decide(symbol)).filter((change) => change !== undefined);
    for (const change of changes) this.changes.emit(change);
  }

  /** Cancels all planned moves. */
  close(): void {
    for (const timer of this.failBacks.values()) timer.cancel();
    this.failBacks.clear();
  }

  private note(symbol: SymbolName, terminalId: string, route: SymbolRoute | undefined): void {
    const candidates = this.candidates.get(symbol) ?? new Map<string, Candidate>();
    this.candidates.set(symbol, candidates);
    const known = candidates.get(terminalId);
    if (route === undefined) candidates.delete(terminalId);
    else {
      const steady = known?.route.epoch === route.epoch;
      candidates.set(terminalId, { route, sinceMs: steady ? known.sinceMs : this.clock.monotonicMs() });
    }
  }

  private decide(symbol: SymbolName): RouteChange | undefined {
    this.failBacks.get(symbol)?.cancel();
    this.failBacks.delete(symbol);
    const route = this.choose(symbol)?.route;
    if (sameRoute(this.current.get(symbol), route)) return undefined;
    if (route === undefined) this.current.delete(symbol);
    else this.current.set(symbol, route);
    return { symbol, route };
  }

  private choose(symbol: SymbolName): Candidate | undefined {
    const candidates = this.candidates.get(symbol);
    const ranked = (this.order.get(symbol) ?? [])
      .map((id) => candidates?.get(id))
      .filter((candidate) => candidate !== undefined);
    const serving = this.current.get(symbol)?.terminalId;
    const held = ranked.findIndex((candidate) => candidate.route.terminalId === serving);
    if (held < 0) return ranked[0];
    const nowMs = this.clock.monotonicMs();
    const steady = ranked.findIndex((candidate, rank) => rank >= held || nowMs - candidate.sinceMs >= FAIL_BACK_MS);
    this.planFailBack(symbol, ranked.slice(0, steady));
    return ranked[steady];
  }

  /** Decides again when the first of the fresh candidates becomes steady. */
  private planFailBack(symbol: SymbolName, fresh: readonly Candidate[]): void {
    if (fresh.length === 0) return;
    const steadyMs = Math.min(...fresh.map((candidate) => candidate.sinceMs)) + FAIL_BACK_MS;
    const timer = this.clock.after(steadyMs - this.clock.monotonicMs(), () => this.failBack(symbol));
    this.failBacks.set(symbol, timer);
  }

  private failBack(symbol: SymbolName): void {
    const change = this.decide(symbol);
    if (change !== undefined) this.changes.emit(change);
  }
}

function sameRoute(a: SymbolRoute | undefined, b: SymbolRoute | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.terminalId === b.terminalId && a.epoch === b.epoch && a.brokerSymbol === b.brokerSymbol && a.digits === b.digits
  );
}

import { type Clock, printable } from '../src/kernel/index.js';
import { parseZoneRule, RuleZone } from '../src/market/index.js';
import { fingerprint } from './hash.js';
import type { SimulatorPlan, SymbolPlan, TerminalPlan } from './plan.js';
import type { ReplayFile } from './replay-file.js';
import { readReplayFolder } from './replay-folder.js';
import { ReplayMarket } from './replay-market.js';
import { ServerClock } from './server-clock.js';
import { openAt } from './session-calendar.js';
import { SYNTHETIC_VERSION, SyntheticMarket, type SyntheticMarketOptions } from './synthetic-market.js';
import { symbolProfile } from './symbol-profile.js';
import { type ListedSymbol, TerminalMarket } from './terminal-market.js';

/** A replay stops this long before the first of its series ends, so that every series has a forming bar. */
const BEFORE_END_SECONDS = 30;
/** Eastern European Time, as of most brokers. */
const DEFAULT_ZONE = 'Europe/Athens';

/** One line for the operator. */
export type Log = (message: string) => void;

/**
 * The market of each terminal, by terminal id.
 *
 * Synthetic: server time is the world's in the plan's zone unless the plan has a start; it moves by the clock rate.
 *
 * Replay: a terminal that has recordings stands 30 s before the earliest end of their last bars. One that has none is
 * synthetic and stands at the latest of the others' times. If no terminal has a recording, all are synthetic and move.
 * @throws SimulatorSetupError when a recording cannot be used
 */
export function buildMarkets(plan: SimulatorPlan, clock: Clock, log: Log): Map<string, TerminalMarket> {
  const files = plan.mode === 'replay' ? readRecordings(plan, log) : [];
  const filesOf = (terminal: TerminalPlan) =>
    files.filter(({ symbol }) => terminal.symbols.some(({ name }) => name === symbol));
  const standing = plan.terminals.flatMap((terminal) => standingTime(filesOf(terminal)) ?? []);
  const latest = standing.length === 0 ? undefined : Math.max(...standing);
  const zone = new RuleZone(parseZoneRule(plan.zone ?? DEFAULT_ZONE)!);
  return new Map(
    plan.terminals.map((terminal) => {
      const own = filesOf(terminal);
      const start = plan.startTime ?? standingTime(own) ?? latest;
      const rate = plan.clockRate ?? (latest === undefined ? 1 : 0);
      const serverClock = clockAt(start, { rate, clock, zone });
      return [terminal.id, marketOf({ plan, terminal, files: own, clock: serverClock })];
    }),
  );
}

interface MarketOptions {
  readonly plan: SimulatorPlan;
  readonly terminal: TerminalPlan;
  readonly files: readonly ReplayFile[];
  readonly clock: ServerClock;
}

function marketOf({ plan, terminal, files, clock }: MarketOptions): TerminalMarket {
  const seed = plan.seed ?? 1;
  // Any clock but the world's returns to its start, so bars stored beyond it must belong to another server.
  const start = clock.isWorlds ? 'now' : String(clock.now());
  const looks = terminal.symbols.map(({ name, digits = '', price }) =>
    [name, digits, ...(price === undefined ? [] : [price])].join(':'),
  );
  const digests = files.map((file) => `${file.symbol}_${file.timeframe}:${file.digest}`).sort();
  const data = fingerprint([String(SYNTHETIC_VERSION), String(seed), start, ...looks, ...digests]);
  const mode = files.length > 0 ? 'replay' : 'synthetic';
  const symbols = terminal.symbols.map((symbol) =>
    listed(symbol, {
      plan,
      seed,
      now: clock.now(),
      standing: clock.rate === 0,
      files: files.filter((file) => file.symbol === symbol.name),
    }),
  );
  return new TerminalMarket(terminal.server ?? `Sim-${mode}-${data}`, clock, symbols);
}

interface SymbolOptions {
  readonly plan: SimulatorPlan;
  readonly seed: number;
  readonly now: number;
  /** Whether time stands still: every series must end at `now`. */
  readonly standing: boolean;
  readonly files: readonly ReplayFile[];
}

function listed(symbol: SymbolPlan, { plan, seed, now, standing, files }: SymbolOptions): ListedSymbol {
  const { name } = symbol;
  const known = symbolProfile(name);
  const digits = files.length > 0 ? Math.max(...files.map((file) => file.digits)) : (symbol.digits ?? known.digits);
  const calendar = standing ? openAt(known.calendar, now) : known.calendar;
  const profile = { ...known, digits, calendar };
  const place = placeOf(profile.price, { now, recorded: lastPrice(files, now), typical: symbol.price });
  const synthetic = new SyntheticMarket({ symbol: name, profile, seed, ...place, ...(standing && { standsAt: now }) });
  const source = files.length > 0 ? new ReplayMarket(files, synthetic) : synthetic;
  return { name, brokerName: symbol.brokerName ?? name + (plan.symbolAffix ?? ''), profile, source };
}

/** The anchor of a symbol's walk. A walk is relative to its price, so at zero and below a shifted one replaces it. */
function placeOf(
  usual: number,
  { now, recorded, typical = usual }: { now: number; recorded: number | undefined; typical: number | undefined },
): Pick<SyntheticMarketOptions, 'anchor' | 'shift'> {
  if (recorded === undefined) return { shift: typical - usual };
  if (recorded > 0) return { anchor: { time: now, price: recorded } };
  return { anchor: { time: now, price: usual }, shift: recorded - usual };
}

/** The price of the synthetic timeframes of a recorded symbol at `now`. */
function lastPrice(files: readonly ReplayFile[], now: number): number | undefined {
  const prices = files.flatMap(({ bars }) => {
    const index = bars.lowerBound(now + 1) - 1;
    return index < 0 ? [] : [{ time: bars.time[index]!, close: bars.close[index]! }];
  });
  return prices.sort((a, b) => b.time - a.time)[0]?.close;
}

function standingTime(files: readonly ReplayFile[]): number | undefined {
  return files.length === 0 ? undefined : Math.min(...files.map(({ end }) => end)) - BEFORE_END_SECONDS;
}

function clockAt(
  start: number | undefined,
  { rate, clock, zone }: { readonly rate: number; readonly clock: Clock; readonly zone: RuleZone },
): ServerClock {
  if (start === undefined && rate === 1) return ServerClock.now(clock, zone);
  return ServerClock.at(clock, zone, { serverSeconds: start ?? Math.floor(clock.nowMs() / 1000), rate });
}

function readRecordings(plan: SimulatorPlan, log: Log): readonly ReplayFile[] {
  const symbols = new Set(plan.terminals.flatMap((terminal) => terminal.symbols.map(({ name }) => name)));
  const { files, ignored } = readReplayFolder(plan.candlesDir ?? '.', symbols);
  for (const file of ignored) log(`${printable(file)} is ignored: no terminal has its symbol`);
  if (files.length === 0)
    log(`no recording in ${printable(plan.candlesDir ?? '.', 200)} fits: all is synthetic and moves`);
  return files;
}

import type { WireRate } from '../../src/bridge/index.js';
import { barOpen, candleFault, type Timeframe } from '../../src/market/index.js';
import { demand } from '../finding.js';
import type { Session } from '../session.js';

/** A quote may be a little ahead of the bridge's clock, seconds. */
const AHEAD_SECONDS = 60;

/** @throws Finding unless the bars are plausible, on the grid of their timeframe, strictly ascending */
export function demandBars(rates: readonly WireRate[], timeframe: Timeframe): void {
  let before: WireRate | undefined;
  for (const [index, rate] of rates.entries()) {
    const place = `bar ${index} of ${rates.length} (${timeframe}, opens at ${rate.time})`;
    const fault = candleFault(rate);
    demand(fault === undefined, `${place}: ${fault}`);
    demand(barOpen(timeframe, rate.time) === rate.time, `${place}: its time is not on the grid of ${timeframe}`);
    demand(before?.time !== rate.time, `${place}: the same bar came twice`);
    demand(before === undefined || before.time < rate.time, `${place}: it opens before the bar ahead of it`);
    before = rate;
  }
}

/** Server time by the bridge's newest heartbeat and clock rate, seconds; undefined before the first one. */
export function serverSeconds(session: Session, nowMs: number): number | undefined {
  const newest = session.heartbeats.at(-1);
  if (newest === undefined) return undefined;
  const { serverTimeMs, clockRate } = newest.message;
  return (serverTimeMs + clockRate * (nowMs - newest.atMs)) / 1000;
}

/** @throws Finding if a bar opens later than the bridge's clock */
export function demandNotAhead(rate: WireRate, session: Session, nowMs: number): void {
  const now = serverSeconds(session, nowMs);
  if (now === undefined) return;
  const allowed = now + AHEAD_SECONDS + (session.heartbeats.at(-1)?.message.clockRate ?? 1);
  demand(
    rate.time <= allowed,
    `a bar opens at ${rate.time}, but the server time of the heartbeats is ${Math.floor(now)}`,
  );
}

/** Whether two bars have the same prices and times; volumes of real bars may be corrected later. */
export function samePrices(a: WireRate, b: WireRate | undefined): boolean {
  return (
    b !== undefined &&
    a.time === b.time &&
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close
  );
}

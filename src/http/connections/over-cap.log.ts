import { Logger } from '@nestjs/common';
import { type Clock, Damper } from '../../kernel/index.js';
import { type ConnectionCap, OVER_CAP_OUTCOMES, type OverCapOutcome } from './connection-cap.js';

const PERIOD_MS = 60_000;

/** Logs that a port is at its cap: at most one line a minute for each outcome, with the number of connections. */
export function logOverCap(cap: ConnectionCap, port: string, clock: Clock): void {
  const logger = new Logger('Http');
  const dampers = new Map(OVER_CAP_OUTCOMES.map((outcome) => [outcome, new Damper(clock, PERIOD_MS)]));
  cap.onOverCap((outcome) => {
    const count = dampers.get(outcome)?.pass();
    if (count !== undefined) logger.warn(sentence(outcome, { port, max: cap.max ?? 0, count }));
  });
}

function sentence(
  outcome: OverCapOutcome,
  { port, max, count }: { readonly port: string; readonly max: number; readonly count: number },
): string {
  const done =
    outcome === 'evicted'
      ? 'an unused connection was closed for a newer one'
      : 'each of them is in use, and a new one was refused';
  const since = count === 1 ? '' : `, ${count} since the last such line`;
  return `${port} has as many connections as it may have (${max}): ${done}${since}`;
}

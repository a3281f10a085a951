import type { GatewayAddress } from '../src/bridge/index.js';
import type { FaultCommand } from './fault-command.js';

/** The terminals to simulate, their market, and the gateway. */
export interface SimulatorPlan {
  readonly gateway: GatewayAddress;
  /** Terminal keys are derived from it, except where a terminal has its own. */
  readonly masterSecret?: string;
  readonly terminals: readonly TerminalPlan[];
  /** @default 'synthetic' */
  readonly mode?: 'synthetic' | 'replay';
  /** Folder of `SYMBOL_TIMEFRAME.csv[.gz]`; needed for replay. */
  readonly candlesDir?: string;
  /** Whole number; the same seed gives the same synthetic market. @default 1 */
  readonly seed?: number;
  /** Server seconds per real second, 0 to 100000. @default 1 for a synthetic market, 0 (still) for a replay */
  readonly clockRate?: number;
  /** Server time of all terminals at the start, server seconds, instead of the world's or the recordings' own. */
  readonly startTime?: number;
  /** Zone of the broker's server: `Europe/Athens`, `US+2/+3`, `UTC+3`. @default 'Europe/Athens' */
  readonly zone?: string;
  /** Appended to every symbol without a separate broker name, e.g. `.m`. */
  readonly symbolAffix?: string;
  /** @default 1000 doubling up to 10000 milliseconds, ±20 % */
  readonly reconnect?: { readonly initialMs: number; readonly maxMs: number };
  /** Wait of a superseded terminal before it dials again, milliseconds. @default 60000 */
  readonly supersededMs?: number;
  /** Pushes of one series are never closer, milliseconds, at least 1. @default 250 */
  readonly pushIntervalMs?: number;
}

/** One simulated terminal. */
export interface TerminalPlan {
  readonly id: string;
  readonly login: number;
  /** Announced in place of `Sim-…`. */
  readonly server?: string;
  /** 64 hexadecimal digits; derived from the master secret unless given. */
  readonly key?: string;
  readonly symbols: readonly SymbolPlan[];
  /** Applied before the first dial. */
  readonly faults?: readonly FaultCommand[];
}

/** One symbol of a terminal. */
export interface SymbolPlan {
  /** Canonical, e.g. `EURUSD`. */
  readonly name: string;
  /** The broker symbol. @default name and the plan's affix */
  readonly brokerName?: string;
  /** Decimals of synthetic prices, 0 to 8; a recording has those of its file. */
  readonly digits?: number;
  /** Typical synthetic price, also zero or below; the daily change stays the symbol's. @default the symbol's price */
  readonly price?: number;
}

import { printable } from '../src/kernel/index.js';
import { SimulatorSetupError } from './simulator.errors.js';

/**
 * Faults of a simulated terminal. Real terminals, hosts, networks and brokers have each of them. A command holds until
 * it is used up or `reset`; those that change history or names are permanent.
 */
export type FaultCommand =
  /** Rates answers are `history-loading`, for a number of calls or a time (milliseconds). */
  | { readonly command: 'history-loading'; readonly calls?: number; readonly forMs?: number }
  /** A number of rates answers hold only the newer half of the requested bars. */
  | { readonly command: 'partial-answers'; readonly calls: number }
  /** A number of indicator answers are `indicator-loading`. */
  | { readonly command: 'indicator-loading'; readonly calls: number }
  /** Requests are accepted and never answered; heartbeats continue or stop too. */
  | { readonly command: 'hang'; readonly heartbeats: boolean }
  /** The terminal stops reading and writing, but the connection stays open. */
  | { readonly command: 'half-open' }
  /** Ends `hang` and `half-open`. */
  | { readonly command: 'resume' }
  /** The connection is lost and dialed again as usual. */
  | { readonly command: 'drop'; readonly how: 'reset' | 'close' }
  /** Drops and dials again with a wrong account, broker server or key. */
  | {
      readonly command: 'identity';
      readonly login?: number;
      readonly server?: string;
      readonly key?: 'right' | 'wrong';
    }
  /** The terminal is logged in to another account without a new connection. */
  | { readonly command: 'account-change'; readonly login: number }
  /** The host's clock is wrong by `ms` milliseconds; bars keep their times. */
  | { readonly command: 'clock-skew'; readonly ms: number }
  /** Server time jumps ahead; the only way to move a stopped clock. */
  | { readonly command: 'advance-clock'; readonly seconds: number }
  /** The broker changes (by `points`) or removes all bars within [from, to), server seconds; `to` = for ever. */
  | {
      readonly command: 'rewrite-history';
      readonly symbol: string;
      readonly from: number;
      readonly to?: number;
      readonly points?: number;
      readonly remove?: boolean;
      /** Whether the bridge notices and reports it. */
      readonly announce: boolean;
    }
  /** The broker renames a symbol (canonical name given); the bridge reports that its symbols changed. */
  | { readonly command: 'rename-symbol'; readonly symbol: string; readonly brokerName: string }
  /** Loses its connection right after the welcome and dials again immediately, `times` times. */
  | { readonly command: 'restart-storm'; readonly times: number }
  /** The terminal loses or finds its broker. */
  | { readonly command: 'broker-connection'; readonly connected: boolean }
  /** A number of pushes are never sent; their sequence numbers are missing. */
  | { readonly command: 'lose-pushes'; readonly count: number }
  /** A number of pushes are sent twice. */
  | { readonly command: 'duplicate-pushes'; readonly count: number }
  /** A number of pushes are sent only after the next one. */
  | { readonly command: 'late-pushes'; readonly count: number }
  /** Announces a blocking call and is silent for that time. */
  | { readonly command: 'busy'; readonly durationMs: number }
  /** Delay of every answer, milliseconds. */
  | { readonly command: 'slow-answers'; readonly delayMs: number }
  /** Number of newest cells of fractal buffers that were never written; 18 as in real terminals unless changed. */
  | { readonly command: 'unwritten-cells'; readonly cells: number }
  /** Memory of the terminal, and how much it grows with each heartbeat. */
  | { readonly command: 'memory'; readonly megabytes: number; readonly growthMb?: number }
  /** Ends all faults that can end. */
  | { readonly command: 'reset' };

export type CommandOf<C extends FaultCommand['command']> = Extract<FaultCommand, { readonly command: C }>;

type Kind = 'count' | 'number' | 'flag' | 'text' | 'name';

/** Fields of each command; a question mark behind a kind = may be missing. */
const SHAPES: Readonly<Record<FaultCommand['command'], Readonly<Record<string, Kind | `${Kind}?`>>>> = {
  'history-loading': { calls: 'count?', forMs: 'count?' },
  'partial-answers': { calls: 'count' },
  'indicator-loading': { calls: 'count' },
  hang: { heartbeats: 'flag' },
  'half-open': {},
  resume: {},
  drop: { how: 'name' },
  identity: { login: 'count?', server: 'text?', key: 'name?' },
  'account-change': { login: 'count' },
  'clock-skew': { ms: 'number' },
  'advance-clock': { seconds: 'count' },
  'rewrite-history': {
    ...{ symbol: 'text', from: 'count', to: 'count?', points: 'number?', remove: 'flag?', announce: 'flag' },
  },
  'rename-symbol': { symbol: 'text', brokerName: 'text' },
  'restart-storm': { times: 'count' },
  'broker-connection': { connected: 'flag' },
  'lose-pushes': { count: 'count' },
  'duplicate-pushes': { count: 'count' },
  'late-pushes': { count: 'count' },
  busy: { durationMs: 'count' },
  'slow-answers': { delayMs: 'count' },
  'unwritten-cells': { cells: 'count' },
  memory: { megabytes: 'count', growthMb: 'count?' },
  reset: {},
};

const NAMES: Readonly<Record<string, readonly string[]>> = { how: ['reset', 'close'], key: ['right', 'wrong'] };

/** Reads a command from JSON. @throws SimulatorSetupError for anything else */
export function parseFaultCommand(value: unknown): FaultCommand {
  if (typeof value !== 'object' || value === null) throw new SimulatorSetupError('A control command is a JSON object.');
  const { command, ...fields } = value as Record<string, unknown>;
  if (typeof command !== 'string' || !Object.hasOwn(SHAPES, command)) {
    const known = Object.keys(SHAPES).join(', ');
    throw new SimulatorSetupError(`Unknown control command ${shown(command)}; known are ${known}.`);
  }
  const shape = SHAPES[command as FaultCommand['command']];
  for (const name of Object.keys(fields)) {
    if (!Object.hasOwn(shape, name)) throw new SimulatorSetupError(`${command} has no field ${shown(name)}.`);
  }
  for (const [name, kind] of Object.entries(shape)) {
    const field = fields[name];
    if (field === undefined && kind.endsWith('?')) continue;
    if (!isOfKind(name, field, kind)) {
      throw new SimulatorSetupError(`${command}: ${name} is missing or not a ${kind.replace('?', '')}.`);
    }
  }
  return value as FaultCommand;
}

function isOfKind(name: string, field: unknown, kind: string): boolean {
  switch (kind.replace('?', '')) {
    case 'count':
      return Number.isSafeInteger(field) && (field as number) >= 0;
    case 'number':
      return Number.isSafeInteger(field);
    case 'flag':
      return typeof field === 'boolean';
    case 'name':
      return NAMES[name]?.includes(field as string) ?? false;
    default:
      return typeof field === 'string' && field.length > 0 && field.length <= 64;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${printable(value, 40)}'` : '(missing)';
}

import { parseZoneRule, symbolName, type SymbolName, type ZoneRule } from '../../market/index.js';
import type { Faults } from '../environment/faults.js';
import { membersOf, section, type Values } from '../environment/section.js';
import { flag, integer, text } from '../environment/variable.js';
import { symbolsOf, type TerminalEntry, type TerminalsFile } from '../files/terminals.file.js';

export const TERMINALS = section('Terminals', {
  configDir: text('CONFIG_DIR', {
    about: 'Folder of terminals.json, tiers.json and indicators.json.',
    form: 'path',
    default: 'config',
  }),
  allowSimulator: flag('ALLOW_SIMULATOR', {
    about: 'Accept simulated terminals; every answer then marks its data as simulated.',
    default: false,
  }),
  login: integer('MT5_LOGIN', {
    about: 'Account of the only terminal, instead of terminals.json: MT5_01 serves all symbols named there.',
    range: [1, Number.MAX_SAFE_INTEGER, 'account number'],
    unset: 'terminals.json',
  }),
  server: text('MT5_SERVER', {
    about: 'Trade server of the only terminal; together with MT5_LOGIN.',
    form: "the broker's server name",
    unset: 'terminals.json',
  }),
  requestTimeoutMs: integer('TERMINAL_REQUEST_TIMEOUT_MS', {
    about: 'Deadline of one request to a terminal, including its wait.',
    range: [100, 120_000, 'milliseconds'],
    default: 10_000,
  }),
  queueLimit: integer('TERMINAL_QUEUE_LIMIT', {
    about: 'Requests that may wait for one terminal.',
    range: [1, 10_000, 'requests'],
    default: 64,
  }),
  reconnectIntervalMs: integer('TERMINAL_RECONNECT_INTERVAL_MS', {
    about: 'Every terminal is probed once per interval and dropped if it fails.',
    range: [1000, 3_600_000, 'milliseconds'],
    default: 60_000,
  }),
  restartAfterMs: integer('TERMINAL_RESTART_AFTER_MS', {
    about: "Time after which the host's agent restarts a terminal whose program runs but whose bridge stays away.",
    range: [1000, 86_400_000, 'milliseconds'],
    default: 180_000,
  }),
});

/** One symbol on one terminal. */
export interface ConfiguredSymbol {
  readonly name: SymbolName;
  /** The broker's name as configured; undefined = resolved from the terminal's list. */
  readonly brokerName: string | undefined;
}

/** A configured terminal. Its password stays on the terminal's host. */
export interface ConfiguredTerminal {
  /** e.g. `MT5_05`; unique. */
  readonly id: string;
  readonly login: number;
  /** The broker's trade server. */
  readonly server: string;
  /** Name of its host, whose agent can restart it. */
  readonly host: string;
  readonly symbols: readonly ConfiguredSymbol[];
}

/** Configured time zone of a broker's server. */
export interface ConfiguredZone {
  /** Name of the server; a final `*` matches any ending. */
  readonly server: string;
  readonly rule: ZoneRule;
}

/** Expected terminals and their time limits. */
export class TerminalSettings extends membersOf<
  Omit<Values<typeof TERMINALS>, 'configDir' | 'login' | 'server'> & {
    /** In the order of the file; for a symbol on several terminals the first ready one serves it. */
    readonly terminals: readonly ConfiguredTerminal[];
    /** In the order of the file; the first matching entry counts. Zones of other servers are learned. */
    readonly serverZones: readonly ConfiguredZone[];
  }
>() {}

/** Terminals of the file, or the only one of the environment. */
export function terminalSettings(
  values: Values<typeof TERMINALS>,
  file: TerminalsFile,
  faults: Faults,
): TerminalSettings {
  const { configDir: _, login, server, ...treatment } = values;
  for (const { id } of file.terminals.filter(({ symbol, symbols }) => symbol !== undefined && symbols !== undefined)) {
    faults.add(`terminals.json: ${id} has both symbol and symbols; keep one`);
  }
  if ((login === undefined) !== (server === undefined)) faults.add('MT5_LOGIN and MT5_SERVER must be set together');
  const listed = file.terminals.map(configuredTerminal);
  const isOnly = login !== undefined && server !== undefined;
  const terminals = isOnly ? [onlyTerminal({ login, server }, listed)] : listed;
  return new TerminalSettings({ ...treatment, terminals, serverZones: serverZones(file, faults) });
}

function serverZones({ servers = [] }: TerminalsFile, faults: Faults): readonly ConfiguredZone[] {
  return servers.flatMap(({ server, zone }, index) => {
    const rule = parseZoneRule(zone);
    if (rule !== undefined) return [{ server, rule }];
    faults.add(
      `terminals.json: servers[${index}].zone must be a zone such as Europe/Athens, US+2/+3, EU+2/+3 or UTC+3`,
    );
    return [];
  });
}

/** Host of terminals that name none. */
const MAIN_HOST = 'main';

/** A single-terminal installation: its account replaces the list and serves the symbols of the list. */
function onlyTerminal(
  account: { readonly login: number; readonly server: string },
  listed: readonly ConfiguredTerminal[],
): ConfiguredTerminal {
  const symbols = new Map(listed.flatMap((terminal) => terminal.symbols).map((symbol) => [symbol.name, symbol]));
  return { id: 'MT5_01', ...account, host: MAIN_HOST, symbols: [...symbols.values()] };
}

function configuredTerminal(entry: TerminalEntry): ConfiguredTerminal {
  const { id, login, server, host = MAIN_HOST } = entry;
  const symbols = symbolsOf(entry).map(({ name, broker_name }) => ({
    name: symbolName(name),
    brokerName: broker_name,
  }));
  return { id, login, server, host, symbols };
}

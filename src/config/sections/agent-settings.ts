import { section, type Values } from '../environment/section.js';
import { flag, integer, text } from '../environment/variable.js';
import { HOST } from './server-settings.js';

/**
 * Variables of the agent on a host of terminals (npm run agent), which also reads CONFIG_DIR, MT5_LOGIN and MT5_SERVER.
 */
export const AGENT = section('Agent: on each host of terminals', {
  host: text('AGENT_HOST', {
    about: 'Agent only: this host, as `host` in terminals.json; terminals that name none are on main.',
    form: '1 to 32 of A-Z a-z 0-9 _ -',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
    default: 'main',
  }),
  key: text('AGENT_KEY', {
    about: "Agent only: this host's key (npm run keys -- agent main); without it the gateway cannot ask for restarts.",
    form: '64 hexadecimal digits',
    pattern: /^[0-9a-fA-F]{64}$/,
    secret: true,
    unset: 'none',
  }),
  gatewayHost: text('AGENT_GATEWAY_HOST', {
    about: 'Agent only: where the agent and the terminals of this host dial the gateway.',
    form: 'host name or address',
    pattern: HOST,
    default: '127.0.0.1',
  }),
  gatewayPort: integer('AGENT_GATEWAY_PORT', {
    about: "Agent only: the gateway's BRIDGE_PORT.",
    range: [1, 65_535, 'TCP port'],
    default: 5010,
  }),
  gatewayTls: flag('AGENT_GATEWAY_TLS', { about: 'Agent only: TLS on the way to the gateway.', default: false }),
  gatewayCaFile: text('AGENT_GATEWAY_CA_FILE', {
    about: "Agent only: authority of the gateway's certificate.",
    form: 'path of a PEM file',
    unset: "the system's authorities",
  }),
  terminalsDir: text('AGENT_TERMINALS_DIR', {
    about: 'Agent only: folder that holds one folder per terminal, named by its id.',
    form: 'path',
    default: 'terminals',
  }),
  program: text('AGENT_TERMINAL_PROGRAM', {
    about: 'Agent only: program that starts a terminal; wine on a Wine host.',
    form: 'path or name; {id} and {folder} stand for the terminal and its folder',
    default: '{folder}/terminal64.exe',
  }),
  arguments: text('AGENT_TERMINAL_ARGUMENTS', {
    about:
      'Agent only: arguments of that program; on a Wine host {folder}/terminal64.exe /portable /config:{wine-ini}.',
    form: 'words between blanks; also {ini} and {wine-ini}, the start-up file as the host and as Wine name it',
    default: '/portable /config:{ini}',
  }),
  expert: text('AGENT_EXPERT', {
    about: 'Agent only: Expert Advisor that each terminal starts.',
    form: 'name below MQL5\\Experts, without .ex5',
    pattern: /^[A-Za-z0-9 _.\\-]{1,120}$/,
    default: 'Mt5GatewayBridge',
  }),
  maxBars: integer('AGENT_MAX_BARS', {
    about: "Agent only: the terminals' own limit of bars in a chart; SERIES_BARS plus a margin to look back.",
    range: [1000, 1_000_000, 'bars'],
    default: 12_000,
  }),
  startIntervalMs: integer('AGENT_START_INTERVAL_MS', {
    about: 'Agent only: pause between the starts of two terminals; a start occupies a core for a while.',
    range: [0, 600_000, 'milliseconds'],
    default: 20_000,
  }),
  memoryLimitMb: integer('AGENT_MEMORY_LIMIT_MB', {
    about: 'Agent only: a terminal that uses more memory is restarted; terminals never release history.',
    range: [16, 1_000_000, 'megabytes'],
    default: 3000,
  }),
  watchIntervalMs: integer('AGENT_WATCH_INTERVAL_MS', {
    about: 'Agent only: interval at which memory is checked.',
    range: [100, 600_000, 'milliseconds'],
    default: 15_000,
  }),
  restartDelayMs: integer('AGENT_RESTART_DELAY_MS', {
    about: 'Agent only: pause before a terminal is started again; doubles each time, up to 64 times as long.',
    range: [10, 600_000, 'milliseconds'],
    default: 5000,
  }),
  restartsPerHour: integer('AGENT_RESTARTS_PER_HOUR', {
    about: 'Agent only: a terminal is started again at most this often within an hour.',
    range: [1, 1000, 'restarts'],
    default: 10,
  }),
  stopTimeoutMs: integer('AGENT_STOP_TIMEOUT_MS', {
    about: 'Agent only: time for a terminal to close before it is killed.',
    range: [0, 120_000, 'milliseconds'],
    default: 15_000,
  }),
  password: text('MT5_PASSWORD', {
    about:
      'Agent only: broker password of the only terminal of this host; with more of them MT5_05_PASSWORD and so on, each by its id.',
    form: 'text',
    secret: true,
    unset: 'none',
  }),
});

/** One terminal of the agent's host. */
export interface AgentTerminal {
  readonly id: string;
  readonly login: number;
  readonly server: string;
  /** Broker's name of the symbol whose chart carries the Expert Advisor. */
  readonly chartSymbol: string;
  /** Secret. */
  readonly password: string;
  /** Key of the terminal's bridge, 64 hexadecimal digits; undefined = the operator made the preset. Secret. */
  readonly bridgeKey: string | undefined;
}

type AsRead = 'gatewayHost' | 'gatewayPort' | 'gatewayTls' | 'gatewayCaFile' | 'arguments' | 'password';

/** Settings of the agent of one host. Texts with braces are expanded for each terminal. */
export interface AgentSettings extends Omit<Values<typeof AGENT>, AsRead> {
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    /** Undefined = no TLS; `ca` is PEM text. */
    readonly tls: { readonly ca: string | undefined } | undefined;
  };
  /** In the order of the file. */
  readonly terminals: readonly AgentTerminal[];
  readonly arguments: readonly string[];
  /** The agent's own environment without the settings and secrets of this product. */
  readonly environment: Readonly<Record<string, string>>;
}

import { BooleanVariable, IntegerVariable, TextVariable } from '../environment/variable.js';

const HOST = /^[A-Za-z0-9.:_-]{1,253}$/;

/** What the agent on a host of terminals reads (npm run agent), besides CONFIG_DIR, MT5_LOGIN and MT5_SERVER. */
export class AgentEnvironment {
  @TextVariable({
    about: 'Agent only: this host, as `host` in terminals.json; terminals that name none are on main.',
    unit: '1 to 32 of A-Z a-z 0-9 _ -',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
    default: 'main',
  })
  AGENT_HOST!: string;

  @TextVariable({
    about: "Agent only: this host's key (npm run keys -- agent main); without it the gateway cannot ask for restarts.",
    unit: '64 hexadecimal digits',
    pattern: /^[0-9a-fA-F]{64}$/,
    secret: true,
    defaultNote: 'none',
  })
  AGENT_KEY?: string;

  @TextVariable({
    about: 'Agent only: where the agent and the terminals of this host dial the gateway.',
    unit: 'host name or address',
    pattern: HOST,
    default: '127.0.0.1',
  })
  AGENT_GATEWAY_HOST!: string;

  @IntegerVariable({
    about: "Agent only: the gateway's BRIDGE_PORT.",
    unit: 'TCP port',
    min: 1,
    max: 65_535,
    default: 5010,
  })
  AGENT_GATEWAY_PORT!: number;

  @BooleanVariable({ about: 'Agent only: TLS on the way to the gateway.', default: false })
  AGENT_GATEWAY_TLS!: boolean;

  @TextVariable({
    about: "Agent only: authority of the gateway's certificate.",
    unit: 'path of a PEM file',
    defaultNote: "the system's authorities",
  })
  AGENT_GATEWAY_CA_FILE?: string;

  @TextVariable({
    about: 'Agent only: folder that holds one folder per terminal, named by its id.',
    unit: 'path',
    default: 'terminals',
  })
  AGENT_TERMINALS_DIR!: string;

  @TextVariable({
    about: 'Agent only: program that is a terminal; wine on a Wine host.',
    unit: 'path or name; {id} and {folder} stand for the terminal and its folder',
    default: '{folder}/terminal64.exe',
  })
  AGENT_TERMINAL_PROGRAM!: string;

  @TextVariable({
    about: 'Agent only: its arguments; on a Wine host {folder}/terminal64.exe /portable /config:{wine-ini}.',
    unit: 'words between blanks; also {ini} and {wine-ini}, the start-up file as the host and as Wine name it',
    default: '/portable /config:{ini}',
  })
  AGENT_TERMINAL_ARGUMENTS!: string;

  @TextVariable({
    about: 'Agent only: Expert Advisor that each terminal starts with.',
    unit: 'name below MQL5\\Experts, without .ex5',
    pattern: /^[A-Za-z0-9 _.\\-]{1,120}$/,
    default: 'Mt5GatewayBridge',
  })
  AGENT_EXPERT!: string;

  @IntegerVariable({
    about: "Agent only: the terminals' own limit of bars in a chart; SERIES_BARS and some to look back.",
    unit: 'bars',
    min: 1000,
    max: 1_000_000,
    default: 12_000,
  })
  AGENT_MAX_BARS!: number;

  @IntegerVariable({
    about: 'Agent only: pause between the starts of two terminals; a start costs a core for a while.',
    unit: 'milliseconds',
    min: 0,
    max: 600_000,
    default: 20_000,
  })
  AGENT_START_INTERVAL_MS!: number;

  @IntegerVariable({
    about: 'Agent only: a terminal that holds more memory is restarted; terminals never give history back.',
    unit: 'megabytes',
    min: 16,
    max: 1_000_000,
    default: 3000,
  })
  AGENT_MEMORY_LIMIT_MB!: number;

  @IntegerVariable({
    about: 'Agent only: how often memory is looked at.',
    unit: 'milliseconds',
    min: 100,
    max: 600_000,
    default: 15_000,
  })
  AGENT_WATCH_INTERVAL_MS!: number;

  @IntegerVariable({
    about: 'Agent only: pause before a terminal is started again; doubles each time, up to 64 times as long.',
    unit: 'milliseconds',
    min: 10,
    max: 600_000,
    default: 5000,
  })
  AGENT_RESTART_DELAY_MS!: number;

  @IntegerVariable({
    about: 'Agent only: a terminal is started again at most this often within an hour.',
    unit: 'restarts',
    min: 1,
    max: 1000,
    default: 10,
  })
  AGENT_RESTARTS_PER_HOUR!: number;

  @IntegerVariable({
    about: 'Agent only: how long a terminal may take to close before it is killed.',
    unit: 'milliseconds',
    min: 0,
    max: 120_000,
    default: 15_000,
  })
  AGENT_STOP_TIMEOUT_MS!: number;

  @TextVariable({
    about:
      'Agent only: broker password of the only terminal of this host; with more of them MT5_05_PASSWORD and so on, each by its id.',
    unit: 'text',
    secret: true,
    defaultNote: 'none',
  })
  MT5_PASSWORD?: string;
}

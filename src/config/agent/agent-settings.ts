/** One terminal of the agent's host. */
export interface AgentTerminal {
  readonly id: string;
  readonly login: number;
  readonly server: string;
  /** The broker's name of the symbol whose chart carries the Expert Advisor. */
  readonly chartSymbol: string;
  /** Secret. */
  readonly password: string;
  /** Key of the terminal's bridge, 64 hexadecimal digits; undefined = the operator made the preset. Secret. */
  readonly bridgeKey: string | undefined;
}

/** Everything that the agent of one host needs. Texts with braces are filled in for each terminal. */
export interface AgentSettings {
  readonly host: string;
  /** Key of the host, 64 hexadecimal digits; undefined = the agent works alone. Secret. */
  readonly key: string | undefined;
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    /** Undefined = no TLS; `ca` is PEM text. */
    readonly tls: { readonly ca: string | undefined } | undefined;
  };
  /** In the order of the file. */
  readonly terminals: readonly AgentTerminal[];
  /** Absolute; holds one folder per terminal. */
  readonly terminalsDir: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly expert: string;
  /** Bars in a chart. */
  readonly maxBars: number;
  readonly startIntervalMs: number;
  readonly memoryLimitMb: number;
  readonly watchIntervalMs: number;
  readonly restartDelayMs: number;
  readonly restartsPerHour: number;
  readonly stopTimeoutMs: number;
  /** Environment of the terminals: the agent's own without the settings and secrets of this product. */
  readonly environment: Readonly<Record<string, string>>;
}

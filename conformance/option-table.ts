/** Allowed numbers of an option. */
export interface OptionRange {
  readonly min: number;
  readonly max: number;
}

/** One option of the command line. */
export interface Option {
  /** Undefined for a switch. */
  readonly value?: string;
  readonly range?: OptionRange;
  readonly standard?: string;
  readonly help: string;
}

/** All options, the source of `--help`. */
export const OPTIONS = {
  port: { value: 'N', range: { min: 0, max: 65_535 }, help: 'port on which the suite waits for the bridge; 0 = any' },
  host: { value: 'ADDRESS', standard: '127.0.0.1', help: 'address to listen on' },
  'terminal-id': { value: 'ID', help: 'the only terminal id that is let in; any when left out' },
  key: { value: 'HEX', help: 'key of the terminal, 64 digits; made up and printed when left out' },
  'key-file': { value: 'FILE', help: 'the same, from a file' },
  'master-secret-file': { value: 'FILE', help: 'derive the key from this; BRIDGE_MASTER_SECRET does the same' },
  'tls-cert': { value: 'FILE', help: 'speak TLS with this certificate (PEM)' },
  'tls-key': { value: 'FILE', help: 'and its key (PEM)' },
  symbol: { value: 'NAME', help: "the broker's name of a symbol that quotes; chosen from its list when left out" },
  timeframe: { value: 'NAME', standard: 'H1', help: 'of the history that is looked at' },
  indicator: { value: 'NAME', help: 'an indicator that the terminal has' },
  buffers: { value: 'LIST', standard: '0,1', help: 'buffers of that indicator' },
  'heartbeat-ms': { value: 'N', standard: '1000', range: { min: 50, max: 60_000 }, help: 'what the WELCOME asks for' },
  'time-scale': {
    ...{ value: 'N', standard: '1', range: { min: 1, max: 1000 } },
    help: 'the bridge dials again N times faster than the protocol says (bridges under test)',
  },
  'first-dial': { value: 'SECONDS', standard: '120', range: { min: 1, max: 3600 }, help: 'how long to wait for it' },
  'market-wait': {
    ...{ value: 'SECONDS', standard: '15', range: { min: 1, max: 600 } },
    help: 'longest wait for ticks and ends of bars; 150 lets bars of M1 end on a normal clock',
  },
  'max-seconds': { value: 'SECONDS', standard: '900', range: { min: 1, max: 7200 }, help: 'no check begins later' },
  only: { value: 'LIST', help: 'ids or groups: rates,push.sequence' },
  restart: { help: 'really restart the terminal, if it offers that' },
  slow: { help: 'also the checks that take a minute' },
  json: { help: 'print the report as JSON, everything else to standard error' },
  list: { help: 'print the checks and do nothing' },
  help: { help: 'print this' },
} as const satisfies Record<string, Option>;

/** Name of an option without its dashes. */
export type OptionName = keyof typeof OPTIONS;

/** The text of `--help`. */
export function helpText(): string {
  const rows = Object.entries(OPTIONS).map(([name, option]: [string, Option]) => {
    const left = `  --${name}${option.value === undefined ? '' : ` ${option.value}`}`;
    return `${left.padEnd(30)}${option.help}${option.standard === undefined ? '' : ` (${option.standard})`}`;
  });
  const usage = 'npm run conformance -- --port N [options]: tries whether a program speaks the bridge protocol.';
  return `${usage}\n\n${rows.join('\n')}\n\nEnds with 0 when no check failed, 1 when one did, 2 when it could not begin.\n`;
}

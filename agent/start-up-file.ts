import type { AgentSettings, AgentTerminal } from '../src/config/index.js';

/** Name of the start-up file and of the chart profile, in the terminal's folder. */
export const START_UP_FILE = 'mt5-gateway.ini';
/** An empty profile of our own: a left-over one would open charts with Expert Advisors that nobody asked for. */
export const PROFILE = 'mt5-gateway';

type Section = readonly [title: string, entries: Readonly<Record<string, string | number>>];

/** The terminal's start-up file: who logs in where, and that the bridge is attached to one chart. Holds the password. */
export function startUpFile(
  terminal: AgentTerminal,
  { expert, maxBars }: Pick<AgentSettings, 'expert' | 'maxBars'>,
): string {
  return ini([
    [
      'Common',
      {
        Login: terminal.login,
        Password: terminal.password,
        Server: terminal.server,
        // The password is asked of us at each start and not kept by the terminal.
        KeepPrivate: 0,
        NewsEnable: 0,
      },
    ],
    ['Charts', { ProfileLast: PROFILE, MaxBars: maxBars }],
    // Data only: the bridge may run, but nothing may trade or load a library.
    ['Experts', { AllowLiveTrading: 0, AllowDllImport: 0, Enabled: 1, Account: 0, Profile: 0 }],
    [
      'StartUp',
      { Expert: expert, ExpertParameters: presetName(terminal.id), Symbol: terminal.chartSymbol, Period: 'H1' },
    ],
  ]);
}

/** Name of the bridge's inputs in MQL5\Presets. */
export function presetName(terminalId: string): string {
  return `${terminalId}.set`;
}

/** The inputs of the bridge: where the gateway is, and who this terminal is. Holds the terminal's key. */
export function preset(terminal: AgentTerminal, gateway: AgentSettings['gateway']): string {
  const inputs = {
    InpHost: gateway.host,
    InpPort: gateway.port,
    InpTerminalId: terminal.id,
    InpKey: terminal.bridgeKey ?? '',
    InpUseTls: String(gateway.tls !== undefined),
    // Somebody is here who starts it again.
    InpRestartByClosing: 'true',
  };
  return lines(Object.entries(inputs).map(([name, value]) => `${name}=${value}`));
}

/** MetaTrader reads UTF-16 with a byte order mark everywhere, whatever letters a password has. */
export function encoded(text: string): Buffer {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

function ini(sections: readonly Section[]): string {
  return lines(
    sections.flatMap(([title, entries]) => [
      `[${title}]`,
      ...Object.entries(entries).map(([name, value]) => `${name}=${value}`),
    ]),
  );
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join('');
}

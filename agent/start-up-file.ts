import type { AgentSettings, AgentTerminal } from '../src/config/index.js';

/** Name of the start-up file and of the chart profile, in the terminal's folder. */
export const START_UP_FILE = 'mt5-gateway.ini';
/** An empty profile: a left-over one would open charts with other Expert Advisors. */
export const PROFILE = 'mt5-gateway';

type Section = readonly [title: string, entries: Readonly<Record<string, string | number>>];

/** The terminal's start-up file: account, server, and one chart with the bridge. Holds the password. */
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
        // The agent gives the password at each start; the terminal does not keep it.
        KeepPrivate: 0,
        NewsEnable: 0,
      },
    ],
    ['Charts', { ProfileLast: PROFILE, MaxBars: maxBars }],
    // Data only: the bridge may run, but no program may trade or load a library.
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

/** The inputs of the bridge: address of the gateway, id and key of this terminal. */
export function preset(terminal: AgentTerminal, gateway: AgentSettings['gateway']): string {
  const inputs = {
    InpHost: gateway.host,
    InpPort: gateway.port,
    InpTerminalId: terminal.id,
    InpKey: terminal.bridgeKey ?? '',
    InpUseTls: String(gateway.tls !== undefined),
    // The agent starts it again.
    InpRestartByClosing: 'true',
  };
  return lines(Object.entries(inputs).map(([name, value]) => `${name}=${value}`));
}

/** MetaTrader reads UTF-16 with a byte order mark everywhere, so a password may have any letters. */
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

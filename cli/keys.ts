/** `npm run keys -- ...`: accounts and API keys without the gateway, and the keys of terminals and agents. */
import 'reflect-metadata';
import { deriveAgentKey, deriveTerminalKey, formatTerminalKey } from '../src/bridge/index.js';
import { BridgeSettings, loadSettings, readProcessEnvironment } from '../src/config/index.js';
import { ACCOUNT_COMMANDS } from './keys/account-commands.js';
import { explain } from './explain.js';
import { KEY_COMMANDS } from './keys/key-commands.js';
import { withKeyOffice } from './keys/key-services.js';
import { type Commands, print, readCommandLine, USAGE, UsageError } from './keys/keys-command-line.js';
import { printHelp } from './print-help.js';

const OFFICE_COMMANDS: Commands = { ...KEY_COMMANDS, ...ACCOUNT_COMMANDS };

/** These need no database. */
const DERIVED: Readonly<Record<string, (name: string | undefined) => Promise<void>>> = {
  terminal: terminalKey,
  agent: agentKey,
};

async function terminalKey(terminalId: string | undefined): Promise<void> {
  if (terminalId === undefined || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(terminalId)) {
    throw new UsageError('name the terminal by its id, e.g. MT5_05');
  }
  const { masterSecret } = BridgeSettings.load(await readProcessEnvironment());
  print(formatTerminalKey(deriveTerminalKey(masterSecret, terminalId)));
}

async function agentKey(host: string | undefined): Promise<void> {
  if (host === undefined || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(host)) {
    throw new UsageError('name the host as in config/terminals.json, e.g. main');
  }
  const { masterSecret } = BridgeSettings.load(await readProcessEnvironment());
  print(formatTerminalKey(deriveAgentKey(masterSecret, host)));
}

async function run(): Promise<void> {
  const { command, operands, options } = readCommandLine();
  const derived = Object.hasOwn(DERIVED, command) ? DERIVED[command] : undefined;
  if (derived !== undefined) return derived(operands[0]);
  const prepared = Object.hasOwn(OFFICE_COMMANDS, command) ? OFFICE_COMMANDS[command] : undefined;
  if (prepared === undefined) {
    throw new UsageError(command === '' ? 'say what to do' : `there is no command '${command}'`);
  }
  const work = prepared(operands, options);
  await withKeyOffice(loadSettings(await readProcessEnvironment()), work);
}

try {
  if (!printHelp(USAGE)) await run();
} catch (error) {
  explain('keys', error);
}

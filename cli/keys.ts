/** `npm run keys -- ...`: accounts and API keys without the gateway, and the keys of terminals and agents. */
import 'reflect-metadata';
import { deriveAgentKey, deriveTerminalKey, formatTerminalKey } from '../src/bridge/index.js';
import { BridgeSettings, loadSettings, readProcessEnvironment } from '../src/config/index.js';
import { ACCOUNT_COMMANDS } from './keys/account-commands.js';
import { KEY_COMMANDS } from './keys/key-commands.js';
import { OPTIONS, USAGE } from './keys/key-options.js';
import { withKeyServices } from './keys/key-services.js';
import { commandOf, print, readWords, runProgram, UsageError } from './program.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

async function printKey(derive: typeof deriveAgentKey, name: string | undefined, hint: string): Promise<void> {
  if (name === undefined || !NAME.test(name)) throw new UsageError(hint);
  const { masterSecret } = BridgeSettings.load(await readProcessEnvironment());
  print(formatTerminalKey(derive(masterSecret, name)));
}

await runProgram('keys', USAGE, async () => {
  const { positionals, values } = readWords({ allowPositionals: true, options: OPTIONS });
  const [command, ...operands] = positionals;
  const [name] = operands;
  if (command === 'terminal') return printKey(deriveTerminalKey, name, 'name the terminal by its id, e.g. MT5_05');
  if (command === 'agent') {
    return printKey(deriveAgentKey, name, 'name the host as in config/terminals.json, e.g. main');
  }
  const work = commandOf({ ...KEY_COMMANDS, ...ACCOUNT_COMMANDS }, command)(operands, values);
  await withKeyServices(loadSettings(await readProcessEnvironment()), work);
});

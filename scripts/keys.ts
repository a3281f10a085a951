/** `npm run keys -- ...`: makes, lists and revokes API keys, and tells the key of a terminal. */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { deriveAgentKey, deriveTerminalKey, formatTerminalKey } from '../src/bridge/index.js';
import { loadBridgeSettings, loadSettings, readProcessEnvironment } from '../src/config/index.js';
import { OperatorError } from '../src/kernel/index.js';
import { explain } from './explain.js';
import { withKeyOffice } from './key-office.js';

const USAGE = `usage:
  npm run keys -- create --kind live|adm [--tier PRO] [--name NAME] [--account ID] [--scopes terminals,keys]
  npm run keys -- list
  npm run keys -- revoke KEY_ID --reason TEXT
  npm run keys -- terminal MT5_05        the key that the bridge of this terminal needs
  npm run keys -- agent main             the key that the agent of this host needs`;

/** The command line makes no sense. */
class UsageError extends OperatorError {
  constructor(what: string) {
    super(`${what}\n${USAGE}`);
  }
}

const ACTOR = { actor: 'cli', requestId: undefined };

type Options = Partial<Record<'kind' | 'tier' | 'name' | 'account' | 'scopes' | 'reason', string>>;

const commands: Record<string, (operands: readonly string[], options: Options) => Promise<void> | void> = {
  create: (_, options) => create(options),
  list,
  revoke: ([keyId], { reason }) => revoke(keyId, reason),
  terminal: ([terminalId]) => terminalKey(terminalId),
  agent: ([host]) => agentKey(host),
};

async function create({ kind, tier, name, account, scopes }: Options): Promise<void> {
  if (kind !== 'live' && kind !== 'adm') throw new UsageError('--kind must be live or adm');
  const settings = loadSettings(readProcessEnvironment());
  const issued = await withKeyOffice(settings, ({ issuer }) =>
    issuer.create(
      {
        kind,
        name: name ?? `${kind} key made on the command line`,
        accountId: account,
        tier,
        scopes: scopes?.split(','),
      },
      ACTOR,
    ),
  );
  print(`account  ${issued.account.id} (${issued.account.name}, ${issued.account.tier})`);
  print(`key      ${issued.text}`);
  print('Keep it: it is not stored and cannot be shown again.');
}

async function list(): Promise<void> {
  const settings = loadSettings(readProcessEnvironment());
  await withKeyOffice(settings, async ({ issuer }) => {
    let cursor: string | undefined;
    do {
      const page = await issuer.list({ limit: 100, ...(cursor !== undefined && { cursor }) });
      for (const { key, account } of page.items) {
        const state = key.revokedAt === undefined ? 'active' : `revoked ${key.revokedAt.toISOString()}`;
        print([key.id, key.kind, account.tier, account.id, `…${key.last4}`, state, key.name].join('  '));
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  });
}

async function revoke(keyId: string | undefined, reason: string | undefined): Promise<void> {
  if (keyId === undefined || !reason) throw new UsageError('name the key (its 10 characters) and a --reason');
  const settings = loadSettings(readProcessEnvironment());
  await withKeyOffice(settings, ({ issuer }) => issuer.revoke(keyId, reason, ACTOR));
  print(`key ${keyId} is revoked`);
}

function terminalKey(terminalId: string | undefined): void {
  if (terminalId === undefined || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(terminalId)) {
    throw new UsageError('name the terminal by its id, e.g. MT5_05');
  }
  const { masterSecret } = loadBridgeSettings(readProcessEnvironment());
  print(formatTerminalKey(deriveTerminalKey(masterSecret, terminalId)));
}

function agentKey(host: string | undefined): void {
  if (host === undefined || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(host)) {
    throw new UsageError('name the host as in config/terminals.json, e.g. main');
  }
  const { masterSecret } = loadBridgeSettings(readProcessEnvironment());
  print(formatTerminalKey(deriveAgentKey(masterSecret, host)));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function commandLine(): { command: string; operands: string[]; options: Options } {
  const text = { type: 'string' } as const;
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { kind: text, tier: text, name: text, account: text, scopes: text, reason: text },
    });
    const [command = '', ...operands] = positionals;
    return { command, operands, options: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  const { command, operands, options } = commandLine();
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (run === undefined) throw new UsageError(command === '' ? 'say what to do' : `there is no command '${command}'`);
  await run(operands, options);
} catch (error) {
  explain('keys', error);
}

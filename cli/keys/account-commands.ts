import { AccountReasonBody, CreateAccountBody } from '../../src/access/index.js';
import { validateBody } from '../../src/http/index.js';
import { CLI } from './key-commands.js';
import type { KeyServices } from './key-services.js';
import { listedLines, type Commands, type Options } from './key-options.js';
import { print, UsageError } from '../program.js';

/** Commands for accounts. */
export const ACCOUNT_COMMANDS: Commands = {
  accounts: (_, options) => listAccounts(options),
  account: (_, options) => createAccount(options),
  tier: ([id], { tier }) => changeTier(id, tier),
  suspend: ([id], { reason }) => changeState(id, 'suspended', reason),
  resume: ([id], { reason }) => changeState(id, 'active', reason),
};

function listAccounts({ tier, search }: Options) {
  return async ({ accounts }: KeyServices) => {
    const pages = (cursor: string | undefined) => accounts.list({ limit: 500, cursor, tier, search });
    await listedLines(pages, ({ id, tier: of, state, externalId, name }) => [id, of, state, externalId ?? '-', name]);
  };
}

function createAccount({ name, tier, external }: Options) {
  if (name === undefined) throw new UsageError('give the account a --name');
  validateBody(CreateAccountBody, { name, external_id: external });
  return async ({ accounts }: KeyServices) => {
    const account = await accounts.create({ name, tier, externalId: external }, CLI);
    print(`account  ${account.id} (${account.name}, ${account.tier})`);
  };
}

function changeTier(id: string | undefined, tier: string | undefined) {
  if (id === undefined || tier === undefined) throw new UsageError('name the account and its --tier');
  return async ({ accounts }: KeyServices) => {
    const account = await accounts.change(id, { tier }, CLI);
    print(`account ${id} is ${account.tier}`);
  };
}

function changeState(id: string | undefined, state: 'active' | 'suspended', reason: string | undefined) {
  if (id === undefined || !reason) throw new UsageError('name the account and a --reason');
  validateBody(AccountReasonBody, { reason });
  return async ({ accounts }: KeyServices) => {
    const account = await accounts.change(id, { state, reason }, CLI);
    print(`account ${id} is ${account.state}`);
  };
}

import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { CreateKeyBody, RevokeKeyBody } from '../../src/access/index.js';
import { validateBody } from '../../src/http/index.js';
import type { KeyKind } from '../../src/persistence/index.js';
import { listedLines, type Commands, type Options } from './key-options.js';
import type { KeyServices } from './key-services.js';
import { print, UsageError } from '../program.js';

/** Actor in the audit trail. */
export const CLI = { actor: 'cli', requestId: undefined };

const KINDS: readonly string[] = ['live', 'test', 'adm'] satisfies KeyKind[];
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_OVERLAP_SECONDS = 30 * 86_400;

/** Commands for keys. */
export const KEY_COMMANDS: Commands = {
  create: (_, options) => create(options),
  list: (_, options) => list(options),
  rotate: ([keyId], options) => rotate(keyId, options),
  revoke: ([keyId], { reason }) => revoke(keyId, reason),
  verify: (_, { file }) => verify(file),
};

function create({ kind, tier, name, account, scopes, addresses, expires }: Options) {
  if (!isKind(kind)) throw new UsageError('--kind must be live, test or adm');
  const order = {
    kind,
    name: name ?? `${kind} key made on the command line`,
    accountId: account,
    tier,
    scopes: scopes?.split(','),
    allowedAddresses: addresses?.split(','),
    expiresAt: timeOf(expires),
  };
  // Refuses what the admin route would refuse.
  const body = { kind, name: order.name, scopes: order.scopes, allowed_addresses: order.allowedAddresses };
  validateBody(CreateKeyBody, body);
  return async ({ issuer }: KeyServices) => {
    const issued = await issuer.create(order, CLI);
    print(`account  ${issued.account.id} (${issued.account.name}, ${issued.account.tier})`);
    print(`key      ${issued.text}`);
    print('Keep it: it is not stored and cannot be shown again.');
  };
}

function list({ account, kind }: Options) {
  if (kind !== undefined && !isKind(kind)) throw new UsageError('--kind must be live, test or adm');
  return async ({ issuer }: KeyServices) => {
    const pages = (cursor: string | undefined) => issuer.list({ limit: 500, cursor, accountId: account, kind });
    await listedLines(pages, ({ key, account: owner }) => {
      const state = key.revokedAt === undefined ? stateOf(key.expiresAt) : `revoked ${key.revokedAt.toISOString()}`;
      return [key.id, key.kind, owner.tier, owner.id, `…${key.last4}`, state, key.name];
    });
  };
}

function rotate(keyId: string | undefined, { overlap }: Options) {
  const overlapSeconds = secondsOf(overlap ?? '0');
  if (keyId === undefined) throw new UsageError('name the key (its 10 characters)');
  return async ({ issuer }: KeyServices) => {
    const { text, old } = await issuer.rotate(keyId, { overlapSeconds }, CLI);
    print(`key      ${text}`);
    print('Keep it: it is not stored and cannot be shown again.');
    print(`The old key ${old.key.id} works until ${old.key.expiresAt?.toISOString() ?? 'it is revoked'}.`);
  };
}

function revoke(keyId: string | undefined, reason: string | undefined) {
  if (keyId === undefined || !reason) throw new UsageError('name the key (its 10 characters) and a --reason');
  validateBody(RevokeKeyBody, { reason });
  return async ({ issuer }: KeyServices) => {
    await issuer.revoke(keyId, reason, CLI);
    print(`key ${keyId} is revoked`);
  };
}

/** Reads the key from a file or standard input: shells keep parameters, and all users of the host see them. */
function verify(file: string | undefined) {
  return async ({ authenticator }: KeyServices) => {
    const text = (file === undefined ? await readAll(process.stdin) : await readFile(file, 'utf8')).trim();
    if (text === '') throw new UsageError('send the key on standard input, or name a --file that holds it');
    const { record, refusal } = await authenticator.examine(text);
    if (record !== undefined) {
      const { key, account } = record;
      print([key.id, key.kind, account.tier, account.id, `…${key.last4}`, key.name].join('  '));
    }
    print(refusal === undefined ? 'usable' : `refused: ${refusal}`);
    if (refusal !== undefined) process.exitCode = 1;
  };
}

function isKind(text: string | undefined): text is KeyKind {
  return text !== undefined && KINDS.includes(text);
}

function stateOf(expiresAt: Date | undefined): string {
  return expiresAt === undefined ? 'active' : `until ${expiresAt.toISOString()}`;
}

function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^([0-9]{1,8})([smhd])?$/.exec(text) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 1);
  if (seconds >= 0 && seconds <= MAX_OVERLAP_SECONDS) return seconds;
  throw new UsageError('--overlap must be a time such as 90s, 30m, 24h or 7d, at most 30d');
}

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError('--expires must be a time such as 2027-12-31T00:00:00Z');
  return time;
}

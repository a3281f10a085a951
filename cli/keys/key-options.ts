import type { Page } from '../../src/persistence/index.js';
import { print } from '../program.js';
import type { KeyServices } from './key-services.js';

/** Text of `--help`. */
export const USAGE = `usage:
  npm run keys -- create --kind live|test|adm [--tier PRO] [--name NAME] [--account ID] [--scopes terminals,keys]
                         [--addresses 192.0.2.0/24,::1] [--expires 2027-12-31T00:00:00Z]
  npm run keys -- list [--account ID] [--kind adm]
  npm run keys -- rotate KEY_ID [--overlap 24h]        a new key replaces it; both work for the overlap
  npm run keys -- revoke KEY_ID --reason TEXT
  npm run keys -- verify [--file PATH]                 the key comes from standard input or from the file
  npm run keys -- accounts [--tier PRO] [--search TEXT]
  npm run keys -- account --name NAME [--tier PRO] [--external YOUR_ID]
  npm run keys -- tier ACCOUNT_ID --tier PRO
  npm run keys -- suspend|resume ACCOUNT_ID --reason TEXT
  npm run keys -- terminal MT5_05        the key that the bridge of this terminal needs
  npm run keys -- agent main             the key that the agent of this host needs`;

const text = { type: 'string' } as const;

/** Every option; each command reads its own. */
export const OPTIONS = {
  kind: text,
  tier: text,
  name: text,
  account: text,
  scopes: text,
  addresses: text,
  expires: text,
  reason: text,
  overlap: text,
  file: text,
  search: text,
  external: text,
};

/** Options of the command line by name. */
export type Options = { readonly [name in keyof typeof OPTIONS]?: string | undefined };

/** Each checks the command line, and returns the work on the database. @throws UsageError */
export type Commands = Readonly<
  Record<string, (operands: readonly string[], options: Options) => (services: KeyServices) => Promise<void>>
>;

/** Reads a paged list whole; one line for each item. */
export async function listedLines<T>(
  pages: (cursor: string | undefined) => Promise<Page<T>>,
  cells: (item: T) => readonly string[],
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await pages(cursor);
    for (const item of page.items) print(cells(item).join('  '));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

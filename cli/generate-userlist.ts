/** `npm run generate-userlist -- ...`: makes PgBouncer's userlist from the verifiers that Postgres itself keeps. */
import { parseArgs } from 'node:util';
import { readProcessEnvironment } from '../src/config/index.js';
import { explain } from './explain.js';
import { readVerifiers } from './userlist/read-verifiers.js';
import { superuserUrl } from './userlist/superuser-url.js';
import { UserlistError } from './userlist/userlist.errors.js';
import { renderUserlist } from './userlist/userlist.js';
import { writeSecretly } from './userlist/write-secretly.js';

const USAGE = `usage: npm run generate-userlist -- [--out FILE] [--role NAME ...]
  --out   where to write it, readable by you alone (default: userlist.txt in this folder)
  --role  a user of PgBouncer; may be repeated (default: mt5gw_app and mt5gw_stats)
The verifiers can only be read by a superuser: set USERLIST_DATABASE_URL, or USERLIST_DATABASE_URL_FILE to a file with it.`;

const DEFAULT_ROLES = ['mt5gw_app', 'mt5gw_stats'];

function commandLine(): { out: string; roles: readonly string[]; help: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: 'userlist.txt' },
        role: { type: 'string', multiple: true, default: DEFAULT_ROLES },
        help: { type: 'boolean', default: false },
      },
    });
    return { out: values.out, roles: [...new Set(values.role)], help: values.help };
  } catch (error) {
    throw new UserlistError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

try {
  const { out, roles, help } = commandLine();
  if (help) {
    process.stdout.write(`${USAGE}\n`);
  } else {
    const verifiers = await readVerifiers(superuserUrl(await readProcessEnvironment()), roles);
    await writeSecretly(out, renderUserlist(verifiers));
    process.stdout.write(`${out} holds ${roles.join(', ')}. PgBouncer reads it when it starts, and on RELOAD.\n`);
  }
} catch (error) {
  explain('generate-userlist', error);
}

/** `npm run generate-userlist -- ...`: makes PgBouncer's userlist from the verifiers in Postgres. */
import { readProcessEnvironment } from '../src/config/index.js';
import { print, readWords, runProgram } from './program.js';
import { readVerifiers } from './userlist/read-verifiers.js';
import { superuserUrl } from './userlist/superuser-url.js';
import { renderUserlist } from './userlist/userlist.js';
import { writeSecretly } from './userlist/write-secretly.js';

const USAGE = `usage: npm run generate-userlist -- [--out FILE] [--role NAME ...]
  --out   where to write it, readable by you alone (default: userlist.txt in this folder)
  --role  a user of PgBouncer; may be repeated (default: mt5gw_app and mt5gw_stats)
The verifiers can only be read by a superuser: set USERLIST_DATABASE_URL, or USERLIST_DATABASE_URL_FILE to a file with it.`;

const DEFAULT_ROLES = ['mt5gw_app', 'mt5gw_stats'];

await runProgram('generate-userlist', USAGE, async () => {
  const { values } = readWords({
    options: {
      out: { type: 'string', default: 'userlist.txt' },
      role: { type: 'string', multiple: true, default: DEFAULT_ROLES },
    },
  });
  const roles = [...new Set(values.role)];
  const verifiers = await readVerifiers(superuserUrl(await readProcessEnvironment()), roles);
  await writeSecretly(values.out, renderUserlist(verifiers));
  print(`${values.out} holds ${roles.join(', ')}. PgBouncer reads it when it starts, and on RELOAD.`);
});

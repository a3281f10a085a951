/**
 * Opens files until there is no descriptor left, then does what the gateway does with files and the database. Prints what
 * came of it as JSON. Parameters: folder of the build, folder of the spool, URL of the database.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const [dist, folder, url] = process.argv.slice(2);
const load = (file) => import(join(dist, file));
const { AuditSpool, Database } = await load('src/persistence/index.js');
const { SystemClock, SystemRandom } = await load('src/kernel/index.js');
const row = [
  '0a0a0a0a-0000-4000-8000-000000000000',
  '2026-03-11T06:00:00.000Z',
  'system',
  'test.done',
  'x',
  '{}',
  null,
];
const warnings = [];
const spool = new AuditSpool({
  folder,
  database: 'db',
  maxBytes: 1e6,
  now: () => 0,
  warn: (message) => warnings.push(message),
});
const connect = () =>
  Database.connect(
    {
      url,
      applicationName: 'test',
      size: 1,
      overflow: 0,
      checkoutTimeoutMs: 5000,
      connectTimeoutMs: 5000,
      recycleMs: 1e6,
    },
    new SystemRandom(),
    new SystemClock(),
  ).then(
    async (database) => {
      await database.close();
      return 'connected';
    },
    (error) => `${error.name}: ${error.message}`,
  );

const before = await spool.append([row]);
const hogs = [];
try {
  for (;;) hogs.push(openSync('/dev/null'));
} catch (error) {
  if (error.code !== 'EMFILE') throw error;
}
const during = [await spool.append([row]), await spool.append([row])];
await spool.drain(async () => {});
const database = await connect();
// Enough for the file, and none is left to sync its folder.
closeSync(hogs.pop());
const unsynced = await spool.append([row]);
for (const hog of hogs) closeSync(hog);
const after = await spool.append([row]);
process.stdout.write(JSON.stringify({ before, during, unsynced, after, warnings, database, later: await connect() }));

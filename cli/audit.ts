/** `npm run audit -- ...`: checks, seals and exports the audit trail. Exit code 1 when it was tampered with. */
import 'reflect-metadata';
import { DatabaseSettings, readProcessEnvironment } from '../src/config/index.js';
import {
  AuditSealer,
  type ChainHead,
  type Database,
  exportAuditEvents,
  readAnchors,
  verifyAuditChain,
} from '../src/persistence/index.js';
import { commandOf, print, readWords, runProgram, UsageError } from './program.js';
import { withDatabase } from './with-database.js';

const USAGE = `usage:
  npm run audit -- verify [--head SEQ:HASH]   recomputes the chain; --head: a head that was noted earlier
  npm run audit -- anchors                    anchors of the months that were dropped
  npm run audit -- seal                       seals waiting events when no gateway runs
  npm run audit -- export [--after SEQ]       sealed events as JSON lines, with everything their hashes cover`;

interface Options {
  readonly head?: string;
  readonly after?: string;
}

const commands: Record<string, (database: Database, options: Options) => Promise<void>> = {
  verify,
  anchors,
  seal: async (database) => print(`${await new AuditSealer(database).sealAll()} events sealed`),
  export: exportEvents,
};

async function verify(database: Database, { head }: Options): Promise<void> {
  const expected = head === undefined ? undefined : headOf(head);
  const report = await verifyAuditChain(database, expected === undefined ? {} : { expected });
  print(`verified  ${report.verified} events${report.dropped > 0 ? `, ${report.dropped} more by their anchors` : ''}`);
  print(`head      ${report.head.seq}:${report.head.hash}`);
  const { count, overdue } = report.unsealed;
  if (count > 0) print(`unsealed  ${count}`);
  if (overdue.length > 0) {
    print(`          for more than 10 s, so no gateway seals them: ${overdue.join(', ')}`);
  }
  if (report.fault === undefined) {
    print('The chain holds.');
    return;
  }
  print(`TAMPERED  ${report.fault.kind} at ${report.fault.seq}: ${report.fault.message}`);
  process.exitCode = 1;
}

async function anchors(database: Database): Promise<void> {
  for (const { firstSeq, lastSeq, lastHash, partition, droppedAt } of await readAnchors(database)) {
    print(`${firstSeq}-${lastSeq}  ${lastHash.toString('hex')}  ${partition}  dropped ${droppedAt.toISOString()}`);
  }
}

async function exportEvents(database: Database, { after = '0' }: Options): Promise<void> {
  if (!/^[0-9]{1,15}$/.test(after)) throw new UsageError('--after must be a number of the chain, e.g. 1200');
  for await (const event of exportAuditEvents(database, Number(after))) {
    const written = process.stdout.write(`${JSON.stringify(event)}\n`);
    if (!written) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

function headOf(text: string): ChainHead {
  const [, seq, hash] = /^([0-9]{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new UsageError('--head must be a number, a colon and 64 hex digits');
  return { seq: Number(seq), hash };
}

await runProgram('audit', USAGE, async () => {
  const text = { type: 'string' } as const;
  const { positionals, values } = readWords({ allowPositionals: true, options: { head: text, after: text } });
  const work = commandOf(commands, positionals[0]);
  await withDatabase(DatabaseSettings.load(await readProcessEnvironment()), (database) => work(database, values));
});

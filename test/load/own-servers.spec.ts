import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIST, isAlive, Program, run, type Ending } from '../process/program.js';
import { until } from '../support/until.js';

const LOAD = join(DIST, 'cli/load.js');

describe('npm run load without a database', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mt5gw-load-'));
    // As root the servers run as another user, who has to get in.
    chmodSync(folder, 0o755);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const circumstances = (env: NodeJS.ProcessEnv = {}): { cwd: string; env: NodeJS.ProcessEnv } => ({
    cwd: folder,
    env: { TMPDIR: folder, ...env },
  });
  const start = (...words: string[]): Program => new Program([LOAD, ...words], circumstances());
  const finish = (...words: string[]): Promise<Ending & { stdout: string; stderr: string }> =>
    run([LOAD, ...words], circumstances());
  const leftFolders = (): string[] => readdirSync(folder).filter((name) => name.startsWith('mt5-gateway-load-'));
  /** The first process of its Postgres, once it runs. */
  const postmaster = (): number => {
    const [home = ''] = leftFolders();
    try {
      return Number(readFileSync(join(folder, home, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
    } catch {
      return 0;
    }
  };

  it('uses more connections than PgBouncer has servers, which takes its transaction mode, and removes all of it', async () => {
    const words = '--queries 1500 --workers 50 --pool-size 20 --max-overflow 30 --query-timeout 5 --json'.split(' ');
    const { code, stdout, stderr } = await finish(...words);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      target: expect.stringMatching(/^its own Postgres through PgBouncer \d/),
      runs: [{ succeeded: 1500, failed: 0, pool: { peak_checked_out: 50 } }],
    });
    expect([0, 1]).toContain(code);
    expect(leftFolders()).toEqual([]);
  });

  it('ends by Ctrl-C with a report and nothing left', async () => {
    const program = start('--queries', '1000000', '--no-pgbouncer', '--json');
    await program.until(() => postmaster() > 0);
    const pid = postmaster();
    program.kill('SIGINT');
    program.kill('SIGINT');

    expect(await program.ended).toEqual({ code: 130, signal: null });
    expect(JSON.parse(program.stdout)).toMatchObject({ passed: expect.any(Boolean) });
    expect(isAlive(pid)).toBe(false);
    expect(leftFolders()).toEqual([]);
  });

  it('leaves no server and no folder even when it is killed', async () => {
    const program = start('--queries', '1000000');
    // The guard stands when the load begins, and then somebody is connected to the server.
    await program.until(() => postmaster() > 0 && connectionsOf(postmaster()) > 3);
    const pid = postmaster();
    program.kill('SIGKILL');
    await program.ended;

    await until(() => !isAlive(pid), 'the server has ended');
    await until(() => leftFolders().length === 0, 'its folder is gone');
  });

  it('refuses nonsense before it starts anything, with nothing on standard output', async () => {
    const { code, stdout, stderr } = await finish('--queries', '0', '--json');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^load: --queries must be a whole number from 1 to 1000000, not "0"\./);
  });
});

/** Processes of the server that serve somebody. */
function connectionsOf(postmaster: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]);
      return parent === postmaster && command.includes('mt5gateway');
    } catch {
      return false;
    }
  }).length;
}

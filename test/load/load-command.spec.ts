import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT, loadCommand, type LoadCommandDeps } from '../../cli/load/load-command.js';
import { SystemClock, SystemRandom } from '../../src/kernel/index.js';
import { startPgBouncer, type PgBouncer } from '../support/pgbouncer.js';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database.js';

/** The parts of the JSON report that are looked at. */
interface Report {
  readonly version: number;
  readonly target: string;
  readonly passed: boolean;
  readonly runs: readonly RunReport[];
}

interface RunReport {
  readonly scenario: string;
  readonly ended: string;
  readonly asked: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly success_rate: number;
  readonly duration_ms: Readonly<Record<'mean' | 'p50' | 'p95' | 'p99' | 'max', number>> | null;
  readonly pool: Readonly<Record<string, unknown>>;
  readonly verdict: { readonly passed: boolean; readonly checks: readonly { readonly name: string }[] };
}

describe('a load test', () => {
  let database: TestDatabase;
  let pgbouncer: PgBouncer;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    pgbouncer = await startPgBouncer();
  });

  afterAll(async () => {
    await pgbouncer?.stop();
    await database?.drop();
  });

  const run = async (
    words: string,
    { url = pgbouncer.urlOf(database.name), ...changes }: Partial<LoadCommandDeps> & { readonly url?: string } = {},
  ): Promise<{ code: number; output: string; report: () => Report }> => {
    let output = '';
    const code = await loadCommand([...words.split(' '), '--database-url', url], {
      environment: {},
      output: { write: (text: string) => (output += text) },
      terminal: { write: () => expect('nothing').toBe('drawn without a terminal') },
      clock: new SystemClock(),
      random: new SystemRandom(),
      stop: new AbortController().signal,
      ...changes,
    });
    return { code, output, report: () => JSON.parse(output) as Report };
  };

  it('reports every scenario as one JSON document, through PgBouncer', async () => {
    const { code, output, report } = await run(
      'all --queries 300 --workers 20 --burst-size 40 --burst-count 3 --burst-interval 0.05 --pools 1+0,4+6 --json',
    );

    const { version, target, runs } = report();
    expect({ version, target }).toEqual({
      version: 1,
      target: `${new URL(pgbouncer.urlOf(database.name)).host}/${database.name}`,
    });
    expect(runs.map(({ scenario, asked, succeeded, ended }) => [scenario, asked, succeeded, ended])).toEqual([
      ['concurrent', 300, 300, 'done'],
      ['burst', 120, 120, 'done'],
      ['pools', 300, 300, 'done'],
      ['pools', 300, 300, 'done'],
    ]);
    expect(runs.map(({ pool }) => pool)).toMatchObject([
      {
        size: 5,
        max_overflow: 10,
        peak_checked_out: 15,
        peak_overflow: 10,
        peak_waiters: 5,
        timeouts: 0,
        connects: 10,
      },
      { peak_checked_out: 15, peak_waiters: 25 },
      { size: 1, max_overflow: 0, peak_checked_out: 1, peak_overflow: 0, peak_waiters: 19, connects: 0 },
      { size: 4, max_overflow: 6, peak_checked_out: 10, peak_overflow: 6, peak_waiters: 10, connects: 6 },
    ]);
    for (const { duration_ms: duration } of runs) {
      expect(duration!.p50).toBeGreaterThan(0);
      expect(duration!.p95).toBeLessThanOrEqual(duration!.max);
    }
    expect(code).toBe(report().passed ? EXIT.passed : EXIT.missed);
    expect(output).not.toContain(new URL(database.url).password);
  });

  it('misses its thresholds when the pool refuses callers, and says which ones and why', async () => {
    const { code, output } = await run(
      'concurrent --queries 60 --workers 20 --pool-size 1 --max-overflow 0 --max-waiters 2',
    );

    expect(code).toBe(EXIT.missed);
    expect(output).toMatch(/success rate should be > 99 %, was \d+\.\d\d %/);
    expect(output).toMatch(/failures: \d+ waiting line full/);
    expect(output).toMatch(/MISSED: see above\.\n$/);
  });

  it('counts what fails when the database goes away in the middle, and still reports the rest', async () => {
    const doomed = await startPgBouncer();
    let end: Promise<void> | undefined;
    const { code, report } = await run('concurrent --queries 3000 --workers 10 --json', {
      url: doomed.urlOf(database.name),
      onProgress: (done) => {
        if (done >= 500) end ??= doomed.stop();
      },
    });
    await end;
    const [only] = report().runs;

    expect(code).toBe(EXIT.missed);
    expect(only).toMatchObject({ asked: 3000, ended: 'done', verdict: { passed: false } });
    expect(only!.succeeded).toBeGreaterThanOrEqual(500);
    expect(only!.failures).toMatchObject({ 'connection refused': expect.any(Number) });
    expect(only!.succeeded + only!.failed).toBe(3000);
    expect(Object.values(only!.failures).reduce((sum, count) => sum + count, 0)).toBe(only!.failed);
  });

  it('ends when it is stopped, with what was measured until then', async () => {
    const stop = new AbortController();
    const { code, report } = await run('all --queries 1000000 --workers 10 --json', {
      stop: stop.signal,
      onProgress: (done) => done >= 200 && stop.abort(),
    });
    const { runs } = report();

    expect(code).toBe(EXIT.interrupted);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ ended: 'interrupted', failed: 0, success_rate: 1 });
    expect(runs[0]!.asked).toBeGreaterThanOrEqual(200);
    expect(runs[0]!.asked).toBeLessThan(400);
  });

  it('ends when its time is up', async () => {
    const { report } = await run('burst --burst-size 5 --burst-count 1000 --burst-interval 60 --max-seconds 1 --json');

    expect(report().runs).toMatchObject([{ ended: 'time', asked: 5, failed: 0 }]);
  });

  it('draws how far it is on a terminal, and cleans up after itself', async () => {
    let drawn = '';
    await run('concurrent --queries 50 --workers 5', {
      terminal: { isTTY: true, columns: 60, write: (text: string) => (drawn += text) },
    });

    expect(drawn).toMatch(/concurrent 5\+10 \[-{30}\] 0\/50/);
    expect(drawn).toMatch(/\[#{30}\] 50\/50/);
    expect(drawn.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('says what is wrong when there is no such database', async () => {
    await expect(run('concurrent', { url: pgbouncer.urlOf('no_such_database') })).rejects.toThrow(
      /no database "no_such_database"/,
    );
  });
});

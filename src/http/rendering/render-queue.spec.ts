import { describe, expect, it } from '@jest/globals';
import { RenderCanceledError } from '../intake/client-gone.js';
import {
  RenderCapacityError,
  type RenderLimits,
  RenderQueue,
  type RenderedBody,
  type RenderSteps,
} from './render-queue.js';

const STEP_MS = 0.25;
const LIMITS = {
  ...{ turnMs: 2, sliceMs: 0.5, turnBytes: 10_000, maxWaiting: 1000 },
  ...{ accountBytes: 100, totalBytes: 10_000, reserveBytes: 1000 },
};

/** A queue whose clock moves by its steps only, and whose turns the test takes. */
class Bench {
  now = 0;
  readonly log: string[] = [];
  private readonly pending: (() => void)[] = [];
  readonly queue: RenderQueue;

  constructor(limits: Partial<RenderLimits> = {}) {
    const clock = { monotonicMs: () => this.now };
    this.queue = new RenderQueue({ ...LIMITS, ...limits }, clock, (turn) => this.pending.push(turn));
  }

  *steps(name: string, count: number, bytes: number): RenderSteps {
    for (let step = 0; step < count; step++) {
      this.log.push(name);
      this.now += STEP_MS;
      yield;
    }
    return Buffer.alloc(bytes);
  }

  add(accountId: string, { steps = 1, bytes = 10, maxBytes = bytes, signal }: Job = {}) {
    const job = { body: undefined as RenderedBody | undefined, error: undefined as unknown };
    const order = { accountId, maxBytes, steps: () => this.steps(accountId, steps, bytes) };
    this.queue.render(order, signal).then(
      (body) => (job.body = body),
      (error: unknown) => (job.error = error),
    );
    return job;
  }

  /** Takes one turn of the event loop and tells how long it was; undefined when there was nothing to do. */
  async turn(): Promise<number | undefined> {
    const startMs = this.now;
    const turn = this.pending.shift();
    turn?.();
    for (let round = 0; round < 5; round++) await Promise.resolve();
    return turn === undefined ? undefined : this.now - startMs;
  }

  async all(): Promise<number[]> {
    const turns: number[] = [];
    for (let ms = await this.turn(); ms !== undefined; ms = await this.turn()) turns.push(ms);
    return turns;
  }
}

interface Job {
  readonly steps?: number;
  readonly bytes?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

describe('RenderQueue', () => {
  it('never keeps the event loop longer than a turn and one step', async () => {
    const bench = new Bench();
    for (let account = 0; account < 5; account++) bench.add(`a${account}`, { steps: 41 });
    const turns = await bench.all();
    expect(Math.max(...turns)).toBeLessThanOrEqual(LIMITS.turnMs + STEP_MS);
    expect(turns.length).toBeGreaterThanOrEqual((5 * 41 * STEP_MS) / (LIMITS.turnMs + STEP_MS));
    expect(bench.queue.turns).toBe(turns.length);
  });

  it('answers another account after at most one slice of each account that waits, however much those have asked for', async () => {
    const bench = new Bench();
    for (let job = 0; job < 50; job++) bench.add('greedy', { steps: 100, bytes: 1 });
    await bench.turn();
    const before = bench.log.length;
    const other = bench.add('other', { steps: 2 });
    while (other.body === undefined) await bench.turn();
    const greedy = bench.log.slice(before, bench.log.lastIndexOf('other')).filter((name) => name === 'greedy').length;
    expect(greedy).toBeLessThanOrEqual(2 * (LIMITS.sliceMs / STEP_MS));
  });

  it('gives accounts that have much to render the same share', async () => {
    const bench = new Bench();
    for (let job = 0; job < 20; job++) bench.add('many', { steps: 100, bytes: 1 });
    bench.add('one', { steps: 100 });
    for (let turn = 0; turn < 10; turn++) await bench.turn();
    const many = bench.log.filter((name) => name === 'many').length;
    expect(Math.abs(2 * many - bench.log.length)).toBeLessThanOrEqual(2 * (LIMITS.sliceMs / STEP_MS));
  });

  it('renders the bodies of one account in the order in which they were asked for', async () => {
    const bench = new Bench();
    const [first, second] = [bench.add('a', { steps: 30 }), bench.add('a', { steps: 1 })];
    while (first.body === undefined) {
      expect(second.body).toBeUndefined();
      await bench.turn();
    }
    await bench.all();
    expect(second.body).toBeDefined();
  });

  it('begins no body that could bring its account above its bytes, and goes on when they are released', async () => {
    const bench = new Bench();
    const jobs = Array.from({ length: 6 }, () => bench.add('a', { bytes: 30, maxBytes: 40 }));
    const other = bench.add('b', { bytes: 30 });
    await bench.all();
    const done = () => jobs.filter(({ body }) => body !== undefined).length;
    expect([done(), bench.queue.largestHeldBytes, bench.queue.heldBytes, bench.queue.waiting]).toEqual([3, 90, 120, 3]);
    expect(other.body).toBeDefined();
    jobs[0]!.body!.release();
    jobs[0]!.body!.release();
    await bench.all();
    expect([done(), bench.queue.largestHeldBytes]).toEqual([4, 90]);
  });

  it('renders a body that is larger than the bytes of an account when the account has no other', async () => {
    const bench = new Bench();
    const [large, next] = [bench.add('a', { bytes: 1000 }), bench.add('a')];
    await bench.all();
    expect([large.body === undefined, next.body === undefined]).toEqual([false, true]);
    large.body!.release();
    await bench.all();
    expect(next.body).toBeDefined();
  });

  it('takes a rendering whose client left out of the queue, begun or not, and keeps nothing of it', async () => {
    const bench = new Bench();
    const aborts = [new AbortController(), new AbortController(), new AbortController()];
    const jobs = aborts.map(({ signal }) => bench.add('a', { steps: 100, signal }));
    await bench.turn();
    for (const abort of aborts) abort.abort();
    const late = bench.add('a', { signal: aborts[0]!.signal });
    await bench.all();
    for (const { error } of [...jobs, late]) expect(error).toBeInstanceOf(RenderCanceledError);
    expect([bench.queue.heldBytes, bench.queue.waiting]).toEqual([0, 0]);
  });

  it('hands a failure to the one who asked, and renders the next', async () => {
    const bench = new Bench();
    const failed = bench.queue.render({
      accountId: 'a',
      maxBytes: 10,
      // eslint-disable-next-line require-yield
      *steps() {
        throw new Error('broken');
      },
    });
    const next = bench.add('a');
    const outcome = failed.then(
      () => 'rendered',
      (error: unknown) => String(error),
    );
    await bench.all();
    expect(await outcome).toBe('Error: broken');
    expect([next.body === undefined, bench.queue.heldBytes]).toEqual([false, 10]);
  });

  it('begins no long body in a turn that has handed over its bytes, and makes short ones wait for none', async () => {
    const bench = new Bench({ turnBytes: 20, accountBytes: 1000 });
    const long = Array.from({ length: 3 }, () => bench.add('a', { steps: 0, bytes: 50 }));
    const short = ['b', 'c'].map((account) => bench.add(account, { steps: 0, bytes: 5 }));
    const done = (jobs: typeof long) => jobs.filter(({ body }) => body !== undefined).length;
    await bench.turn();
    expect([done(long), done(short)]).toEqual([1, 2]);
    for (const count of [2, 3]) {
      const late = Array.from({ length: 20 }, () => bench.add('b', { steps: 0, bytes: 5 }));
      await bench.turn();
      // Nor do short ones keep a long one waiting.
      expect([done(long), done(late)]).toEqual([count, 20]);
    }
  });

  describe('with memory for all accounts together', () => {
    const limits = { accountBytes: 100, totalBytes: 200, reserveBytes: 30 };
    const done = (jobs: readonly { readonly body: RenderedBody | undefined }[]) =>
      jobs.filter(({ body }) => body !== undefined).length;

    it('begins no body beyond it, however many accounts ask, and goes on by turns when bytes are released', async () => {
      const bench = new Bench(limits);
      const jobs = ['a', 'b', 'c'].map((account) => Array.from({ length: 10 }, () => bench.add(account)));
      await bench.all();
      expect([bench.queue.heldBytes, bench.queue.waiting]).toEqual([200, 10]);
      const before = jobs.map(done);
      for (let round = 0; round < 3; round++) {
        jobs[0]![round]!.body!.release();
        await bench.all();
        expect(bench.queue.heldBytes).toBe(200);
      }
      expect(jobs.map(done).map((count, i) => count - before[i]!)).toEqual([1, 1, 1]);
    });

    it('serves accounts that hold nothing out of a reserve', async () => {
      const bench = new Bench(limits);
      const hogs = ['a', 'b'].flatMap((account) => Array.from({ length: 11 }, () => bench.add(account)));
      await bench.all();
      expect([done(hogs), bench.queue.heldBytes]).toEqual([20, 200]);
      const others = ['c', 'd', 'e'].map((account) => bench.add(account));
      await bench.all();
      expect([done(others), bench.queue.heldBytes]).toEqual([3, 230]);
    });

    it('refuses an account that holds nothing when clients who do not read fill the reserve too, and asks it back', async () => {
      const bench = new Bench(limits);
      const hogs = ['a', 'b'].flatMap((account) => Array.from({ length: 10 }, () => bench.add(account)));
      await bench.all();
      const others = ['c', 'd', 'e'].map((account) => bench.add(account));
      await bench.all();
      const refused = bench.add('f');
      const patient = bench.add('a');
      await bench.all();
      expect(refused.error).toBeInstanceOf(RenderCapacityError);
      expect(refused.error).toMatchObject({ code: 'reduced-capacity', retryAfterSeconds: 5 });
      expect([patient.error, bench.queue.refused, bench.queue.waiting]).toEqual([undefined, 1, 1]);
      for (const { body } of others) body!.release();
      const welcome = bench.add('f');
      await bench.all();
      expect(welcome.body).toBeDefined();
      for (const { body } of hogs) body!.release();
      await bench.all();
      expect(patient.body).toBeDefined();
    });

    it('lets bodies wait that only fit when others that are being rendered turn out smaller', async () => {
      const bench = new Bench(limits);
      const jobs = ['a', 'b', 'c', 'd'].map((account) => bench.add(account, { bytes: 10, maxBytes: 100 }));
      await bench.all();
      expect([done(jobs), bench.queue.refused, bench.queue.heldBytes]).toEqual([4, 0, 40]);
    });

    it('keeps nothing of what was released, canceled or failed', async () => {
      const bench = new Bench(limits);
      const aborts = Array.from({ length: 30 }, () => new AbortController());
      const jobs = aborts.map(({ signal }, i) => bench.add(`a${i % 3}`, { steps: 3, signal }));
      await bench.turn();
      for (const abort of aborts) abort.abort();
      await bench.all();
      for (const { body } of jobs) body?.release();
      expect([bench.queue.heldBytes, bench.queue.largestHeldBytes, bench.queue.waiting]).toEqual([0, 0, 0]);
      const next = bench.add('a0');
      await bench.all();
      expect(next.body).toBeDefined();
    });
  });

  it('bounds the waiting bodies, but lets one of each account wait', async () => {
    const bench = new Bench({ maxWaiting: 5 });
    const jobs = Array.from({ length: 8 }, () => bench.add('a', { steps: 10 }));
    const other = bench.add('b');
    await bench.all();
    expect(jobs.map(({ error }) => error instanceof RenderCapacityError)).toEqual([
      ...[false, false, false, false, false],
      ...[true, true, true],
    ]);
    expect(other.body).toBeDefined();
  });
});

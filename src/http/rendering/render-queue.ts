import type { Clock } from '../../kernel/index.js';

/** Work that gives the event loop back at every `yield`; a step takes well under a millisecond. */
export type RenderSteps = Generator<void, Buffer>;

/** One body to be rendered. */
export interface RenderOrder {
  readonly accountId: string;
  /** The most that the body can come to, bytes. */
  readonly maxBytes: number;
  readonly steps: () => RenderSteps;
}

/** A body, whose bytes count against its account until {@link release} is called; calling it twice is harmless. */
export interface RenderedBody {
  readonly body: Buffer;
  release(): void;
}

/** A rendering whose client left before its turn; nothing failed, and nobody waits for it. */
export class RenderCanceledError extends Error {}

interface Job {
  readonly order: RenderOrder;
  steps: RenderSteps | undefined;
  resolve(body: RenderedBody): void;
  reject(error: unknown): void;
}

interface Line {
  readonly accountId: string;
  readonly jobs: Job[];
  /** Bytes of bodies that are being rendered or not sent completely. */
  heldBytes: number;
  isReady: boolean;
}

/** How long rendering may keep the event loop at a stretch, and one account while another one waits, milliseconds. */
export interface RenderLimits {
  readonly turnMs: number;
  readonly sliceMs: number;
  /** Bodies of one account that are not sent completely, bytes. A single larger one is rendered when there is no other. */
  readonly accountBytes: number;
}

/**
 * Renders bodies in turns of the event loop, so that no caller waits for another one's long answer. Within a turn the
 * accounts that have work take slices in rotation; bodies of one account are rendered one after the other, and none is
 * begun while its account has not read what it was sent.
 */
export class RenderQueue {
  private readonly lines = new Map<string, Line>();
  private readonly ready: Line[] = [];
  private isScheduled = false;
  private turnCount = 0;

  constructor(
    private readonly limits: RenderLimits,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly nextTurn: (turn: () => void) => void = setImmediate,
  ) {}

  /** Turns of the event loop that were used. */
  get turns(): number {
    return this.turnCount;
  }

  /** Bytes of bodies that are being rendered or not sent completely, of all accounts. */
  get heldBytes(): number {
    return this.sum(({ heldBytes }) => heldBytes);
  }

  /** The same of the account that has the most. */
  get largestHeldBytes(): number {
    return Math.max(0, ...[...this.lines.values()].map(({ heldBytes }) => heldBytes));
  }

  /** Bodies that wait for their turn or for their account to read. */
  get waiting(): number {
    return this.sum(({ jobs }) => jobs.length);
  }

  /**
   * Resolves with the body when it is rendered. An abort of `signal` takes it out of the queue.
   * @throws RenderCanceledError when `signal` is aborted before; whatever the steps throw
   */
  render(order: RenderOrder, signal?: AbortSignal): Promise<RenderedBody> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new RenderCanceledError());
      const line = this.lineOf(order.accountId);
      const job: Job = { order, steps: undefined, resolve, reject };
      line.jobs.push(job);
      signal?.addEventListener('abort', () => this.cancel(line, job), { once: true });
      this.wake(line);
    });
  }

  private lineOf(accountId: string): Line {
    let line = this.lines.get(accountId);
    if (line === undefined) {
      line = { accountId, jobs: [], heldBytes: 0, isReady: false };
      this.lines.set(accountId, line);
    }
    return line;
  }

  /** Puts the account's line into the rotation when its next body may be worked on. */
  private wake(line: Line): void {
    const [job] = line.jobs;
    if (job === undefined) {
      if (line.heldBytes === 0) this.lines.delete(line.accountId);
      return;
    }
    const fits = line.heldBytes === 0 || line.heldBytes + job.order.maxBytes <= this.limits.accountBytes;
    if (line.isReady || (job.steps === undefined && !fits)) return;
    line.isReady = true;
    this.ready.push(line);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.nextTurn(() => this.takeTurn());
  }

  private takeTurn(): void {
    this.isScheduled = false;
    this.turnCount++;
    const endMs = this.clock.monotonicMs() + this.limits.turnMs;
    do {
      const line = this.ready.shift();
      if (line === undefined) return;
      line.isReady = false;
      this.work(line, endMs);
      this.wake(line);
    } while (this.clock.monotonicMs() < endMs);
    if (this.ready.length > 0) this.schedule();
  }

  /** One slice of the line's first body. */
  private work(line: Line, turnEndMs: number): void {
    const [job] = line.jobs;
    if (job === undefined) return;
    const endMs = Math.min(turnEndMs, this.clock.monotonicMs() + this.limits.sliceMs);
    try {
      if (job.steps === undefined) {
        line.heldBytes += job.order.maxBytes;
        job.steps = job.order.steps();
      }
      do {
        const step = job.steps.next();
        if (step.done === true) return this.finish(line, job, step.value);
      } while (this.clock.monotonicMs() < endMs);
    } catch (error) {
      this.drop(line, job);
      job.reject(error);
    }
  }

  private finish(line: Line, job: Job, body: Buffer): void {
    line.jobs.splice(line.jobs.indexOf(job), 1);
    line.heldBytes += body.length - job.order.maxBytes;
    let isHeld = true;
    job.resolve({
      body,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        line.heldBytes -= body.length;
        this.wake(line);
      },
    });
  }

  private cancel(line: Line, job: Job): void {
    if (!line.jobs.includes(job)) return;
    this.drop(line, job);
    job.reject(new RenderCanceledError());
    this.wake(line);
  }

  private drop(line: Line, job: Job): void {
    line.jobs.splice(line.jobs.indexOf(job), 1);
    if (job.steps !== undefined) line.heldBytes -= job.order.maxBytes;
  }

  private sum(of: (line: Line) => number): number {
    return [...this.lines.values()].reduce((sum, line) => sum + of(line), 0);
  }
}

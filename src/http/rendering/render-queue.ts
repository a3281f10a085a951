import { type Clock, type ErrorCode, GatewayError, type Steps } from '../../kernel/index.js';
import { RenderCanceledError } from '../intake/client-gone.js';
import { HeldBytes, type Holder, type MemoryLimits } from './held-bytes.js';

/** Work that gives the event loop back at every `yield`; a step takes well under a millisecond. */
export type RenderSteps = Steps<Buffer>;

/** One body to be rendered. */
export interface RenderRequest {
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

/** Clients read too slowly, or too many bodies wait (503 `reduced-capacity`). */
export class RenderCapacityError extends GatewayError {
  override readonly code: ErrorCode = 'reduced-capacity';
  override readonly retryable = true;

  constructor() {
    super('too many answers wait to be rendered or read; ask again soon', { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

const RETRY_AFTER_SECONDS = 5;

interface Job {
  readonly request: RenderRequest;
  steps: RenderSteps | undefined;
  resolve(body: RenderedBody): void;
  reject(error: unknown): void;
}

/** The bodies of one account. */
interface Line extends Holder {
  readonly accountId: string;
  readonly jobs: Job[];
  isReady: boolean;
}

/** Time slices of the event loop: of a turn, and of one account while another one waits, milliseconds. */
export interface RenderLimits extends MemoryLimits {
  readonly turnMs: number;
  readonly sliceMs: number;
  /**
   * Bytes of finished bodies after which a turn works only on shorter bodies. A body is written in one piece, and
   * writing a long one takes as long as a turn.
   */
  readonly turnBytes: number;
  /** Bodies of all accounts that wait. Beyond it only an account that has none waiting is let in. */
  readonly maxWaiting: number;
}

/**
 * Renders bodies in turns of the event loop, so that no caller waits for another one's long answer. Within a turn the
 * accounts that have work take slices in rotation; bodies of one account are rendered one after the other, and none is
 * begun while its account has not read what it was sent, or the bodies of all accounts fill the memory that is meant for
 * them.
 */
export class RenderQueue {
  private readonly lines = new Map<string, Line>();
  private readonly ready: Line[] = [];
  /** Lines whose next body has to wait for memory, the one that waits longest first. */
  private readonly short = new Set<Line>();
  private readonly held: HeldBytes;
  private isScheduled = false;
  private turnCount = 0;
  private waitingCount = 0;
  private refusals = 0;
  private finishedBytes = 0;

  constructor(
    private readonly limits: RenderLimits,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly nextTurn: (turn: () => void) => void = setImmediate,
  ) {
    this.held = new HeldBytes(limits);
  }

  /** Turns of the event loop that were used. */
  get turns(): number {
    return this.turnCount;
  }

  /** Bytes of bodies that are being rendered or not sent completely, of all accounts. */
  get heldBytes(): number {
    return this.held.total;
  }

  /** The same of the account that has the most. */
  get largestHeldBytes(): number {
    return Math.max(0, ...[...this.lines.values()].map(({ heldBytes }) => heldBytes));
  }

  /** Bodies that wait for their turn or for their account to read. */
  get waiting(): number {
    return this.waitingCount;
  }

  /** Bodies that were refused because too much waited. */
  get refused(): number {
    return this.refusals;
  }

  /**
   * Resolves with the body when it is rendered. An abort of `signal` takes it out of the queue.
   * @throws RenderCanceledError when `signal` is aborted before
   * @throws RenderCapacityError when too much waits already
   * @throws what the steps throw
   */
  render(request: RenderRequest, signal?: AbortSignal): Promise<RenderedBody> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new RenderCanceledError());
      const line = this.lineOf(request.accountId);
      if (this.isOverloaded(line, request)) return reject(this.refuse(line));
      const job: Job = { request, steps: undefined, resolve, reject };
      line.jobs.push(job);
      this.waitingCount++;
      signal?.addEventListener('abort', () => this.cancel(line, job), { once: true });
      this.wake(line);
    });
  }

  private isOverloaded({ jobs, heldBytes }: Line, { maxBytes }: RenderRequest): boolean {
    if (jobs.length > 0 && this.waiting >= this.limits.maxWaiting) return true;
    // What an account does not read itself it waits for.
    return heldBytes === 0 && this.held.isFull(maxBytes);
  }

  private refuse(line: Line): RenderCapacityError {
    this.refusals++;
    this.forget(line);
    return new RenderCapacityError();
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
    if (job === undefined) return this.forget(line);
    if (line.isReady) return;
    if (!this.mayGoOn(line, job)) return void this.short.add(line);
    this.short.delete(line);
    line.isReady = true;
    this.ready.push(line);
    this.schedule();
  }

  /** Keeps no line that neither waits nor holds anything. */
  private forget(line: Line): void {
    if (line.jobs.length > 0) return;
    this.short.delete(line);
    if (line.heldBytes === 0) this.lines.delete(line.accountId);
  }

  private mayGoOn(line: Line, { request, steps }: Job): boolean {
    return steps !== undefined || this.held.fits(line, request.maxBytes);
  }

  /** Memory has become free. One line is woken; when its body is begun, the next one may go on with what is left. */
  private wakeShort(): void {
    for (const line of this.short) {
      const [job] = line.jobs;
      if (job !== undefined && this.mayGoOn(line, job)) return this.wake(line);
    }
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.nextTurn(() => this.takeTurn());
  }

  private takeTurn(): void {
    this.isScheduled = false;
    this.turnCount++;
    this.finishedBytes = 0;
    const endMs = this.clock.monotonicMs() + this.limits.turnMs;
    do {
      const line = this.nextLine();
      if (line === undefined) break;
      line.isReady = false;
      this.work(line, endMs);
      this.wake(line);
    } while (this.clock.monotonicMs() < endMs);
    if (this.ready.length > 0) this.schedule();
  }

  /** The line whose turn it is; the first with a short body once the turn has handed over its bytes. */
  private nextLine(): Line | undefined {
    const { turnBytes } = this.limits;
    if (this.finishedBytes < turnBytes) return this.ready.shift();
    const index = this.ready.findIndex(({ jobs: [job] }) => job === undefined || job.request.maxBytes < turnBytes);
    return index === -1 ? undefined : this.ready.splice(index, 1)[0];
  }

  /** One slice of the line's first body. */
  private work(line: Line, turnEndMs: number): void {
    const [job] = line.jobs;
    // Another line may have taken the memory since this one was woken.
    if (job === undefined || !this.mayGoOn(line, job)) return;
    const endMs = Math.min(turnEndMs, this.clock.monotonicMs() + this.limits.sliceMs);
    try {
      if (job.steps === undefined) {
        this.held.reserve(line, job.request.maxBytes);
        this.wakeShort();
        job.steps = job.request.steps();
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
    this.remove(line, job);
    this.held.rendered(line, job.request.maxBytes, body.length);
    this.finishedBytes += body.length;
    this.wakeShort();
    let isHeld = true;
    job.resolve({
      body,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.held.released(line, body.length);
        this.wakeShort();
        this.forget(line);
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
    this.remove(line, job);
    if (job.steps !== undefined) this.held.cancel(line, job.request.maxBytes);
    this.wakeShort();
  }

  private remove(line: Line, job: Job): void {
    line.jobs.splice(line.jobs.indexOf(job), 1);
    this.waitingCount--;
  }
}

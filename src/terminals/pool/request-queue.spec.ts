import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { RequestQueue } from './request-queue.js';
import type { RequestPriority } from '../terminal-pool.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const PRIORITIES: readonly RequestPriority[] = ['urgent', 'normal', 'bulk'];

/** A queue whose terminal answers when the test says so. */
class QueueBench {
  readonly clock = new ManualClock();
  readonly queue: RequestQueue;
  readonly sent: string[] = [];
  readonly outcomes = new Map<string, string>();
  private readonly answers = new Map<string, () => void>();
  readonly signals = new Map<string, AbortSignal>();

  constructor(limit = 100) {
    this.queue = new RequestQueue('A', this.clock, limit);
  }

  ask(
    name: string,
    options: { priority?: RequestPriority; timeoutMs?: number; signal?: AbortSignal; requester?: string } = {},
  ) {
    const { priority = 'normal', timeoutMs = 1000, signal, requester = name[0] ?? '' } = options;
    this.queue
      .submit({
        priority,
        requester,
        timeoutMs,
        ...(signal !== undefined && { signal }),
        run: (slot) => {
          this.sent.push(name);
          this.signals.set(name, slot.signal);
          return new Promise<void>((resolve) => this.answers.set(name, resolve));
        },
      })
      .then(
        () => this.end(name, 'ok'),
        (error: unknown) => this.end(name, (error as { code?: string }).code ?? String(error)),
      );
  }

  /** The terminal answers what it is working on. */
  async answer(): Promise<void> {
    this.answers.get(this.sent.at(-1) ?? '')?.();
    await settled();
  }

  private end(name: string, outcome: string): void {
    if (this.outcomes.has(name)) throw new Error(`${name} ended twice`);
    this.outcomes.set(name, outcome);
  }
}

describe('RequestQueue', () => {
  it('sends one request at a time, the urgent first, and lets requesters take turns', async () => {
    const bench = new QueueBench();
    bench.ask('a1');
    bench.ask('a2');
    bench.ask('a3');
    bench.ask('b1');
    bench.ask('c1', { priority: 'bulk' });
    bench.ask('u1', { priority: 'urgent' });
    for (let turn = 0; turn < 6; turn++) {
      expect(bench.queue.inFlight).toBe(1);
      await bench.answer();
    }
    expect(bench.sent).toEqual(['a1', 'u1', 'a2', 'b1', 'a3', 'c1']);
    expect([...bench.outcomes.values()]).toEqual(Array(6).fill('ok'));
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('never sends a request whose time ran out while it waited', async () => {
    const bench = new QueueBench();
    bench.ask('a1', { timeoutMs: 5000 });
    bench.ask('b1', { timeoutMs: 1000 });
    bench.clock.advance(1000);
    await bench.answer();
    expect(bench.outcomes.get('b1')).toBe('terminal-timeout');
    expect(bench.sent).toEqual(['a1']);
  });

  it('counts waiting and execution against one deadline, and tells the link to stop', async () => {
    const bench = new QueueBench();
    bench.ask('a1');
    bench.ask('b1', { timeoutMs: 1500 });
    bench.clock.advance(900);
    await bench.answer();
    expect(bench.sent).toEqual(['a1', 'b1']);
    bench.clock.advance(600);
    await settled();
    expect(bench.outcomes.get('b1')).toBe('terminal-timeout');
    expect(bench.signals.get('b1')?.aborted).toBe(true);
    expect(bench.queue.inFlight).toBe(0);
  });

  it('gives up immediately when the caller does, waiting or sent', async () => {
    const bench = new QueueBench();
    const [first, second] = [new AbortController(), new AbortController()];
    bench.ask('a1', { signal: first.signal });
    bench.ask('b1', { signal: second.signal });
    second.abort('gone');
    first.abort('gone');
    bench.ask('c1', { signal: AbortSignal.abort('never wanted') });
    await settled();
    expect(Object.fromEntries(bench.outcomes)).toEqual({ a1: 'gone', b1: 'gone', c1: 'never wanted' });
    expect(bench.sent).toEqual(['a1']);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('refuses a request beyond the limit of waiting ones', async () => {
    const bench = new QueueBench(1);
    for (const name of ['a1', 'b1', 'c1']) bench.ask(name);
    await settled();
    expect(Object.fromEntries(bench.outcomes)).toEqual({ c1: 'reduced-capacity' });
  });

  it('fails everything when the session is lost, and works again afterwards', async () => {
    const bench = new QueueBench();
    for (const name of ['a1', 'b1', 'c1']) bench.ask(name);
    bench.queue.failAll({ code: 'terminal-disconnected' });
    const idle = bench.queue.idle();
    await settled();
    await idle;
    expect([...bench.outcomes.values()]).toEqual(Array(3).fill('terminal-disconnected'));
    expect(bench.sent).toEqual(['a1']);
    bench.ask('d1');
    await bench.answer();
    expect(bench.outcomes.get('d1')).toBe('ok');
  });

  it('reports an error thrown while sending as the outcome of that request', async () => {
    const bench = new QueueBench();
    const broken = bench.queue.submit({
      priority: 'normal',
      requester: 'x',
      timeoutMs: 10,
      run: () => {
        throw new TypeError('cannot be sent');
      },
    });
    await expect(broken).rejects.toThrow('cannot be sent');
    expect(bench.queue.inFlight).toBe(0);
  });

  it('behaves like a plain list with turns, whatever happens in whatever order', async () => {
    const LIMIT = 4;
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('ask' as const),
          who: fc.constantFrom('a', 'b', 'c'),
          priority: fc.constantFrom(...PRIORITIES),
          timeoutMs: fc.integer({ min: 1, max: 60 }),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const bench = new QueueBench(LIMIT);
        const model = new QueueModel(LIMIT);
        for (const [index, action] of steps.entries()) {
          if (action.do === 'ask') {
            const name = `${action.who}${index}`;
            bench.ask(name, action);
            model.ask({ name, who: action.who, priority: action.priority, deadline: model.now + action.timeoutMs });
          } else if (action.do === 'answer') {
            await bench.answer();
            model.answer();
          } else if (action.do === 'wait') {
            bench.clock.advance(action.ms);
            model.wait(action.ms);
          } else {
            bench.queue.failAll({ code: 'lost' });
            model.lose();
          }
          await settled();
          expect(bench.sent).toEqual(model.sent);
          expect(Object.fromEntries(bench.outcomes)).toEqual(Object.fromEntries(model.outcomes));
          expect([bench.queue.waiting, bench.queue.inFlight]).toEqual([
            model.waiting.length,
            model.running === undefined ? 0 : 1,
          ]);
        }
        bench.queue.failAll({ code: 'lost' });
        expect(bench.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

interface Asked {
  readonly name: string;
  readonly who: string;
  readonly priority: RequestPriority;
  readonly deadline: number;
}

/** The queue's rules as one flat list and a count of turns; slow and plain on purpose. */
class QueueModel {
  now = 0;
  waiting: Asked[] = [];
  running: Asked | undefined;
  readonly sent: string[] = [];
  readonly outcomes = new Map<string, string>();
  /** Requesters of each priority in the order of their turns. */
  private readonly turns = new Map<RequestPriority, string[]>(PRIORITIES.map((priority) => [priority, []]));

  constructor(private readonly limit: number) {}

  ask(asked: Asked): void {
    if (this.running !== undefined && this.waiting.length >= this.limit) {
      this.outcomes.set(asked.name, 'reduced-capacity');
      return;
    }
    this.waiting.push(asked);
    const turns = this.turns.get(asked.priority) ?? [];
    if (!turns.includes(asked.who)) turns.push(asked.who);
    this.next();
  }

  answer(): void {
    if (this.running === undefined) return;
    this.outcomes.set(this.running.name, 'ok');
    this.running = undefined;
    this.next();
  }

  wait(ms: number): void {
    for (let tick = 0; tick < ms; tick++) {
      this.now++;
      // Deadlines at the same moment fall in the order in which the requests came.
      const late = [...(this.running === undefined ? [] : [this.running]), ...this.waiting]
        .filter(({ deadline }) => deadline <= this.now)
        .sort((a, b) => Number(a.name.slice(1)) - Number(b.name.slice(1)));
      for (const asked of late) this.expire(asked);
    }
  }

  lose(): void {
    for (const asked of [...this.waiting, ...(this.running === undefined ? [] : [this.running])]) {
      this.outcomes.set(asked.name, 'lost');
    }
    this.waiting = [];
    this.running = undefined;
    for (const turns of this.turns.values()) turns.length = 0;
  }

  private expire(asked: Asked): void {
    this.outcomes.set(asked.name, 'terminal-timeout');
    if (this.running === asked) {
      this.running = undefined;
      this.next();
    } else this.remove(asked);
  }

  private remove(asked: Asked): void {
    this.waiting = this.waiting.filter((other) => other !== asked);
    const more = this.waiting.some(({ who, priority }) => who === asked.who && priority === asked.priority);
    const turns = this.turns.get(asked.priority) ?? [];
    if (!more) turns.splice(turns.indexOf(asked.who), 1);
  }

  private next(): void {
    if (this.running !== undefined) return;
    const priority = PRIORITIES.find((name) => this.waiting.some((asked) => asked.priority === name));
    const turns = this.turns.get(priority ?? 'bulk') ?? [];
    const chosen = this.waiting.find((asked) => asked.priority === priority && asked.who === turns[0]);
    if (chosen === undefined) return;
    this.remove(chosen);
    if (turns[0] === chosen.who) turns.push(turns.shift() ?? '');
    this.running = chosen;
    this.sent.push(chosen.name);
  }
}

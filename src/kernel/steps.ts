/** Work in small steps; the event loop may run other work at every `yield`. */
export type Steps<T> = Generator<void, T>;

/** Runs all steps without a pause. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Work with one result for several callers: each caller drives it in its own turns, and no step runs twice. */
export class SharedSteps<T> {
  private outcome: { readonly value: T } | { readonly error: unknown } | undefined;

  constructor(private readonly steps: Steps<T>) {}

  /** Runs the steps that no other caller runs meanwhile. @throws what the work throws, to every caller */
  *result(): Steps<T> {
    while (this.outcome === undefined) {
      if (!this.advance()) yield;
    }
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  /** Runs one step; false while more remain. */
  private advance(): boolean {
    try {
      const step = this.steps.next();
      if (step.done === true) this.outcome = { value: step.value };
    } catch (error) {
      this.outcome = { error };
    }
    return this.outcome !== undefined;
  }
}

/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void;

/** The public half of an event; the class that emits it keeps the matching {@link Emitter} private. */
export type Subscribe<T> = (listener: (value: T) => void) => Unsubscribe;

/**
 * A synchronous, typed event. Listeners run in the order of their subscriptions. When one throws, the others still run
 * and the error is thrown afterwards.
 */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  readonly subscribe: Subscribe<T> = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get listenerCount(): number {
    return this.listeners.size;
  }

  emit(value: T): void {
    const failures: unknown[] = [];
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several event listeners failed');
  }
}

/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void;

/** Something that can be listened to. Handed out by classes that keep the matching {@link Emitter} private. */
export type Subscribe<T> = (listener: (value: T) => void) => Unsubscribe;

/**
 * A synchronous, typed event. Listeners run in the order in which they subscribed; one that throws does not keep the
 * others from running, its error is thrown afterwards.
 */
export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Give this away; keep the emitter. */
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

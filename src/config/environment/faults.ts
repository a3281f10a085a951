import { ConfigurationError } from '../config.errors.js';

/** Collects faults of the settings, so that one error reports all of them. */
export class Faults {
  private readonly found: string[] = [];

  add(...faults: string[]): void {
    this.found.push(...faults);
  }

  /** @throws ConfigurationError where a fault was added */
  raise(): void {
    if (this.found.length > 0) throw new ConfigurationError(this.found);
  }
}

import { ConfigurationError } from '../config.errors.js';

/** What is wrong with the settings, collected so that one error reports everything. */
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

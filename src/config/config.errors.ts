import { OperatorError } from '../kernel/index.js';

/**
 * The settings are not usable. Thrown before Nest starts, so it is text for the operator and no problem document. It
 * lists all faults together, by name and rule; never a value, which might be a secret.
 */
export class ConfigurationError extends OperatorError {
  constructor(readonly faults: readonly string[]) {
    super(
      `The settings are not usable (${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}):\n` +
        faults.map((fault) => `  - ${fault}`).join('\n') +
        '\nEvery setting is explained in .env.example.',
    );
  }
}

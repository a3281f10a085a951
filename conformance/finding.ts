/** A check found a violation of the protocol; the message says what came and what was expected. */
export class Finding extends Error {
  override readonly name: string = 'Finding';
}

/** A check cannot judge this bridge; the message says why and what to change. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** @throws Finding with this message unless the condition holds */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Finding(message);
}

/** A check found something that the protocol does not allow; the message says what came and what was to be expected. */
export class Finding extends Error {
  override readonly name: string = 'Finding';
}

/** A check that cannot say anything about this bridge; the message says why, and what would have to be different. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** @throws Finding with this message unless the condition holds */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Finding(message);
}

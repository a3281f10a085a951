/** Why a source is refused, and where; lines and columns count from 1. */
export interface Refusal {
  /** Name of the rule, stable: `pointer`, `unknown-function`, ... */
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A place in a source. */
export type Place = Pick<Refusal, 'file' | 'line' | 'column'>;

/** The source leaves the chosen subset of MQL5. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';

  constructor(readonly refusals: readonly Refusal[]) {
    super(refusals.map(lineOf).join('\n'));
  }
}

function lineOf({ file, line, column, rule, message }: Refusal): string {
  return `${file}:${line}:${column}: ${message} [${rule}]`;
}

/** Ends the translation at one place. */
export function refuse(place: Place, rule: string, message: string): never {
  const { file, line, column } = place;
  throw new SourceRefused([{ rule, message, file, line, column }]);
}

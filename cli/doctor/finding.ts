/** One row of the table. */
export interface Finding {
  readonly what: string;
  /** `-` = cannot be told while something above is wrong. */
  readonly state: 'ok' | 'FAIL' | '-';
  readonly detail: string;
}

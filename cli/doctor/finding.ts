/** One row of the table. */
export interface Finding {
  readonly what: string;
  /** `-` = unknown while a row above has a fault. */
  readonly state: 'ok' | 'FAIL' | '-';
  readonly detail: string;
}

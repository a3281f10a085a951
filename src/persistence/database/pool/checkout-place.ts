/** Frames to keep: a statement of TypeORM passes a dozen frames of the library before it reaches ours. */
const DEPTH = 40;
const SHOWN = 6;
/** Frames that do not show who took the connection: libraries, Node, and the pool itself. */
const FOREIGN = new RegExp(
  [
    'node_modules|\\(?node:|new Promise|async Promise|<anonymous>\\)$',
    'Postgres(Driver|QueryRunner)|QueryBuilder|EntityManager|DataSource',
    '[/\\\\](metered-pool|checkout-place|database)\\.[jt]s',
  ].join('|'),
);

/** Place in the code that took a connection. Cheap to make: its text is only rendered when it is read. */
export class CheckoutPlace {
  private readonly stack: string | undefined;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = DEPTH;
    Error.captureStackTrace(this, CheckoutPlace);
    Error.stackTraceLimit = limit;
  }

  /** Newest call first, without those of libraries. */
  get frames(): readonly string[] {
    const all = (this.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
    const own = all.filter((line) => !FOREIGN.test(line));
    return (own.length > 0 ? own : all).slice(0, SHOWN).map((line) => line.trim());
  }
}

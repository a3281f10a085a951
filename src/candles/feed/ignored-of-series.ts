import { asDecimal, counted } from '../../kernel/index.js';
import type { IgnoredInput } from '../../metrics/index.js';
import { describeRefused, type RefusedBar } from './incoming-bars.js';

/** Something that came for a series and was of no use; counted, and told in the log. */
export interface IgnoredOfSeries {
  readonly what: Extract<
    IgnoredInput,
    'refused-bar' | 'bar-outside-range' | 'stored-bar' | 'quote-session' | 'unread-rows' | 'unread-sessions'
  >;
  /** How many in one message. */
  readonly count: number;
  /** An example, or why it could not be read. */
  readonly detail: string;
  /** What failed, where something did. */
  readonly error?: unknown;
}

/** Bars of a terminal's answer that were refused. */
export function refusedBars(bars: readonly RefusedBar[]): IgnoredOfSeries {
  return { what: 'refused-bar', count: bars.length, detail: `e.g. ${describeRefused(bars[0]!)}` };
}

/** What could not be read because of `error`; the series does without. */
export function notRead(what: 'unread-rows' | 'unread-sessions', error: unknown): IgnoredOfSeries {
  return { what, count: 1, detail: error instanceof Error ? error.message : String(error), error };
}

/** Quote sessions of a symbol that cannot be. */
export function oddSessions(
  sessions: readonly { readonly weekday: number; readonly from: number; readonly to: number }[],
): IgnoredOfSeries {
  const [{ weekday, from, to }] = sessions as [(typeof sessions)[number]];
  return {
    what: 'quote-session',
    count: sessions.length,
    detail: `e.g. weekday ${weekday} from ${asDecimal(from)} to ${asDecimal(to)} s`,
  };
}

/** What a line of the log says; `name` is the symbol and the timeframe. */
interface LineFacts extends Pick<IgnoredOfSeries, 'count' | 'detail'> {
  readonly name: string;
}

/** The line of each kind in the log. */
export const IGNORED_LINES: Readonly<Record<IgnoredOfSeries['what'], (facts: LineFacts) => string>> = {
  'refused-bar': ({ name, count, detail }) => `${name}: ${counted(count, 'bar')} of the terminal refused, ${detail}`,
  'bar-outside-range': ({ name, count, detail }) =>
    `${name}: ${counted(count, 'bar')} of the terminal left out, ${detail}`,
  'stored-bar': ({ name, count, detail }) => `${name}: ${counted(count, 'bar')} of the database left out, ${detail}`,
  'quote-session': ({ name, count, detail }) =>
    `${name}: ${counted(count, 'quote session')} of the terminal left out, ${detail}`,
  'unread-rows': ({ name, detail }) =>
    `rows of ${name} could not be read, the terminal is asked for its bars instead: ${detail}`,
  'unread-sessions': ({ name, detail }) =>
    `the quote sessions of ${name} could not be read, its bars are expected as before: ${detail}`,
};

import { Counter, type Registry } from 'prom-client';

/** What was left out, by kind. Closed: it is a label. */
export const IGNORED_INPUTS = [
  /** A push of a terminal that does not serve the symbol: a stand-by's, or of a symbol that is not configured. */
  'unrouted-push',
  /** A frame of an optional type that the gateway does not know. */
  'extension-frame',
  /** A frame that answers a request of which the gateway has given up. */
  'late-answer',
  /** The same of a host's agent. */
  'late-agent-answer',
  /** A peer goes on after the gateway's last words (GOAWAY, REJECT); counted once a connection. */
  'after-goodbye',
  /** An agent's report of a terminal that is not configured on its host. */
  'foreign-report',
  /** An entry of a symbol list that cannot be. */
  'unreadable-symbol',
  /** A bar of an answer that is malformed, out of order or ahead of server time. */
  'refused-bar',
  /** A bar of an answer that opens outside the range that was asked for. */
  'bar-outside-range',
  /** A bar of the database that cannot be. */
  'stored-bar',
  /** A quote session that ends before it begins. */
  'quote-session',
  /** Rows of a series that the database did not give. */
  'unread-rows',
  /** Quote sessions that the terminal did not give. */
  'unread-sessions',
] as const;

/** One of {@link IGNORED_INPUTS}. */
export type IgnoredInput = (typeof IGNORED_INPUTS)[number];

const NAME = 'mt5gw_inputs_ignored_total';

/** The one counter of what the gateway leaves out; every folder that leaves something out adds to it. */
export function ignoredInputs(registry: Registry): Counter<'what'> {
  const known = registry.getSingleMetric(NAME) as Counter<'what'> | undefined;
  if (known !== undefined) return known;
  const counter = new Counter({
    name: NAME,
    help: 'What terminals, agents and the database gave and the gateway left out, by kind; the log has examples.',
    labelNames: ['what'],
    registers: [registry],
  });
  for (const what of IGNORED_INPUTS) counter.inc({ what }, 0);
  return counter;
}

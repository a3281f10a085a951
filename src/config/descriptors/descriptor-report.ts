import { OperatorError } from '../../kernel/index.js';
import type { ConnectionSettings } from './connection-settings.js';

/** The limit of open files is too low for the configuration, so the gateway does not start. Text for the operator. */
export class DescriptorLimitError extends OperatorError {
  constructor({ descriptorLimit, lowestDescriptorLimit }: ConnectionSettings) {
    super(
      `only ${descriptorLimit} files and sockets may be open, which is too few for the database, the terminals and a ` +
        `few callers: allow at least ${lowestDescriptorLimit} (ulimit -n ${lowestDescriptorLimit}, LimitNOFILE=, ulimits:)`,
    );
  }
}

/** @throws DescriptorLimitError where the limit cannot hold database and terminals */
export function assertDescriptorLimit(settings: ConnectionSettings): void {
  const { descriptorLimit, lowestDescriptorLimit } = settings;
  if (descriptorLimit !== undefined && descriptorLimit < lowestDescriptorLimit)
    throw new DescriptorLimitError(settings);
}

/** Division of the descriptors, and advice for the operator if a change is due. */
export interface DescriptorReport {
  readonly summary: string;
  readonly advice: string | undefined;
}

export function describeConnections(settings: ConnectionSettings): DescriptorReport {
  const { descriptorLimit, maxHttp, wantedHttp, unproved } = settings;
  const strangers = unproved.strangers + unproved.knownAddresses;
  const http = maxHttp === undefined ? 'any number of HTTP connections' : `at most ${maxHttp} HTTP connections`;
  const shares = `${http} and ${strangers} bridge connections without a proof`;
  if (descriptorLimit === undefined) {
    return { summary: `the limit of open files is not known here: ${shares}`, advice: undefined };
  }
  const advice =
    wantedHttp === undefined || wantedHttp === maxHttp
      ? undefined
      : `HTTP_MAX_CONNECTIONS is ${wantedHttp}, but the limit of ${descriptorLimit} open files leaves ${maxHttp}: ` +
        `allow ${settings.ampleDescriptorLimit} (ulimit -n)`;
  return {
    summary: `${descriptorLimit} files and sockets may be open: ${shares}; the others are for database, terminals and files`,
    advice,
  };
}

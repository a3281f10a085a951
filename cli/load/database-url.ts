import { UsageError } from './load.errors.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Refuses a database that is not on this machine.
 * @throws UsageError that does not repeat the URL, in which a password may stand
 */
export function refuseForeignDatabase(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) {
    throw new UsageError('--database-url must be of the form postgres://user:password@host:port/database.');
  }
  // In the driver a parameter of the URL overrides its host.
  const hosts = [parsed.hostname.replace(/^\[(.*)\]$/, '$1'), ...parsed.searchParams.getAll('host')];
  if (hosts.every((host) => LOOPBACK.test(host))) return;
  throw new UsageError(
    'The database of --database-url is not on this machine, and a load test slows down all of its users. ' +
      'If that is meant, add --yes-i-own-this-database.',
  );
}

/** `host:port/database`, without user and password. */
export function describeUrl(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}

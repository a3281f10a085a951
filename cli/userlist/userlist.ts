import { printable } from '../../src/kernel/index.js';
import { UserlistError } from './userlist.errors.js';

/** A role of Postgres. */
export interface RoleVerifier {
  readonly name: string;
  /** Value in pg_authid: a SCRAM verifier, an md5 hash, or null without a password. */
  readonly stored: string | null;
  readonly mayLogIn: boolean;
  readonly isSuperuser: boolean;
}

const SCRAM = /^SCRAM-SHA-256\$\d{1,9}:[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*:[A-Za-z0-9+/]+=*$/;

/** Text of PgBouncer's `auth_file`. @throws UserlistError when a role cannot or must not be a user of PgBouncer */
export function renderUserlist(roles: readonly RoleVerifier[]): string {
  return roles.map((role) => `${quoted(role.name)} ${quoted(verifierOf(role))}\n`).join('');
}

function verifierOf({ name, stored, mayLogIn, isSuperuser }: RoleVerifier): string {
  const role = `Role "${printable(name)}"`;
  if (isSuperuser) {
    throw new UserlistError(`${role} is a superuser: PgBouncer is for the gateway's own roles, leave it out.`);
  }
  if (!mayLogIn) throw new UserlistError(`${role} may not log in: ALTER ROLE ... LOGIN, or leave it out.`);
  if (stored === null) throw new UserlistError(`${role} has no password: give it one, e.g. by \\password in psql.`);
  if (stored.startsWith('md5')) {
    throw new UserlistError(
      `${role} has an md5 password, which PgBouncer with SCRAM refuses: set password_encryption = 'scram-sha-256' in ` +
        'Postgres and give the role its password again.',
    );
  }
  if (!SCRAM.test(stored)) {
    throw new UserlistError(`${role} has a password of an unknown kind: set the role's password again.`);
  }
  return stored;
}

/** Doubles quotes, the only escape of this file. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

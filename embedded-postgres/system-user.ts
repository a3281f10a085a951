import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';

/** A user that runs a program. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Users in place of root, which Postgres refuses; both own no other files of value. */
const STAND_INS = ['postgres', 'nobody'];

/** Whether this process is root and may become any user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * User of the server: undefined (this user) unless we are root, else the owner of the existing cluster, else `postgres`
 * or `nobody`.
 * @throws EmbeddedPostgresError when root finds neither
 */
export async function serverUser(cluster: string): Promise<SystemUser | undefined> {
  if (!isRoot()) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of STAND_INS) {
    const user = userByName(name);
    if (user !== undefined) return user;
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and there is no user ${STAND_INS.join(' or ')}: start as an ordinary user, or set DATABASE_URL.`,
  );
}

function userByName(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':').map(Number) ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

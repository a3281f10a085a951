import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../src/persistence/index.js';
import { DatabaseConnectError } from '../../src/persistence/database/persistence.errors.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

const SECRET = 'tops3cr3t-pa55';

describe.each(ROUTES)('connecting %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
  });

  afterAll(async () => {
    await route?.close();
    await test?.drop();
  });

  const changed = (change: Partial<URL>): string => Object.assign(new URL(route.url), change).href;

  /** What the operator sees: one line, and nowhere in the error the password. */
  const failureOf = async (url: string, timeoutMs = 30_000): Promise<string> => {
    const error = await connectDatabase(url, { connectTimeoutMs: timeoutMs, poolTimeoutMs: timeoutMs }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(DatabaseConnectError);
    const { message } = error as DatabaseConnectError;
    expect(message).not.toContain('\n');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
    return message;
  };

  it('says that the password is wrong, and whose', async () => {
    expect(await failureOf(changed({ password: SECRET }))).toMatch(/refuses the password of user "mt5gateway"/);
  });

  it('says that the database does not exist, and which', async () => {
    expect(await failureOf(changed({ pathname: '/nowhere' }))).toMatch(/has no database "nowhere"/);
  });

  it('migrates with the same sentences', async () => {
    await expect(migrate(changed({ pathname: '/nowhere' }))).rejects.toThrow(/has no database "nowhere"/);
  });

  it('says that nobody listens on a port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failureOf(`postgres://me:${SECRET}@127.0.0.1:${port}/x`)).toBe(
      `Postgres at 127.0.0.1:${port} refuses the connection: is it running, and does DATABASE_URL name its port?`,
    );
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection');
    expect(await failureOf(`postgres://me:${SECRET}@127.0.0.1:${port}/x`, 500)).toMatch(/did not answer in time/);
    const [socket] = (await accepted) as [import('node:net').Socket];
    socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['', 'not of the form'],
    ['not a url', 'not of the form'],
    [`http://me:${SECRET}@host/x`, 'not of the form'],
    [`postgres://me:${SECRET}@host:99999/x`, 'not of the form'],
    [`postgres://%zz:${SECRET}@host/x`, 'write it as %25'],
    [`postgres://me:${SECRET}@no-such-host.invalid/x`, 'cannot be found'],
  ])('explains the URL %j', async (url, reason) => {
    expect(await failureOf(url)).toContain(reason);
  });
});

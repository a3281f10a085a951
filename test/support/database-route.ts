import { startPgBouncer } from './pgbouncer.js';
import type { TestDatabase } from './test-database.js';

/** The two ways to Postgres that every store must work on. */
export const ROUTES = ['directly', 'through PgBouncer'] as const;

/** A way to a database. */
export interface DatabaseRoute {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens one of {@link ROUTES}; close it in `afterAll`. */
export async function openRoute(route: (typeof ROUTES)[number], database: TestDatabase): Promise<DatabaseRoute> {
  if (route === 'directly') return { url: database.url, close: () => Promise.resolve() };
  const bouncer = await startPgBouncer();
  return { url: bouncer.urlOf(database.name), close: () => bouncer.stop() };
}

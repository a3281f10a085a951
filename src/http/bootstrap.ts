import { type INestApplication, Logger } from '@nestjs/common';
import { ServerSettings } from '../config/index.js';
import { OperatorError } from '../kernel/index.js';
import { serveDocs } from './docs/serve-docs.js';
import { GATEWAY_VERSION } from '../config/index.js';

/** The API port cannot be opened, so the gateway does not start. */
export class ListenError extends OperatorError {
  constructor(where: { host: string; port: number; setting: string }, cause: unknown) {
    const { host, port, setting } = where;
    const code = (cause as { code?: unknown } | undefined)?.code;
    const reason =
      code === 'EADDRINUSE'
        ? 'is already in use by another program'
        : `cannot be listened on (${String(code ?? cause)})`;
    super(`port ${port} on ${host} ${reason}; free it or set ${setting} to another port`, cause);
  }
}

/** Configures the application itself; call it before {@link listen}. */
export function configureApp(app: INestApplication): void {
  serveDocs(app, app.get(ServerSettings));
}

/** Opens the port of the API. @throws ListenError that says which port and which setting to change */
export async function listen(app: INestApplication): Promise<void> {
  const { host, port } = app.get(ServerSettings);
  try {
    await app.listen(port, host);
    new Logger('Gateway').log(`mt5-gateway ${GATEWAY_VERSION} listens on ${await app.getUrl()}`);
  } catch (error) {
    throw isListenFailure(error) ? new ListenError({ host, port, setting: 'PORT' }, error) : error;
  }
}

/** Whether an error comes from opening a port, and not from what else happens when an application starts. */
export function isListenFailure(error: unknown): boolean {
  return (error as { syscall?: unknown } | null)?.syscall === 'listen';
}

import type { INestApplication } from '@nestjs/common';
import { ServerSettings } from './config/index.js';
import type { GatewayHttpAdapter } from './http/index.js';
import { Clock, delay } from './kernel/index.js';
import { TcpTerminalPool } from './terminals/index.js';

/**
 * First part of a stop: readiness turns red, so that load balancers choose another replica; requests are served for
 * `SHUTDOWN_DELAY_MS` more, and each answer asks its client to close the connection. Resolves after that delay.
 */
export async function drainGateway(app: INestApplication): Promise<void> {
  app.get(TcpTerminalPool, { strict: false }).beginDrain();
  (app.getHttpAdapter() as unknown as GatewayHttpAdapter).beginDrain();
  await delay(app.get(Clock, { strict: false }), app.get(ServerSettings, { strict: false }).shutdownDelayMs);
}

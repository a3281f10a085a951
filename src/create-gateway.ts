import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { assertDescriptorLimit, describeConnections, type Settings } from './config/index.js';
import { HOST } from './core/index.js';
import { configureApp, createHttpAdapter } from './http/index.js';
import { counted } from './kernel/index.js';

/**
 * Makes the gateway, which does not listen yet.
 * @throws the error that prevents the start (database, schema, files), as text for the operator
 */
export async function createGateway(settings: Settings): Promise<NestFastifyApplication> {
  assertDescriptorLimit(settings.connections);
  const adapter = createHttpAdapter(settings.server, settings.connections, HOST);
  const options = { abortOnError: false, bufferLogs: true, autoFlushLogs: false };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), adapter, options);
  app.useLogger(app.get(Logger));
  app.flushLogs();
  logSettings(app.get(Logger), settings);
  configureApp(app);
  return app;
}

/** Logs the first lines of a start: configured terminals and symbols, connections, and variables without effect. */
function logSettings(logger: Logger, { terminals: { terminals }, connections, ignored }: Settings): void {
  const symbols = new Set(terminals.flatMap((terminal) => terminal.symbols.map(({ name }) => name)));
  logger.log(`loaded ${counted(terminals.length, 'terminal')}, ${counted(symbols.size, 'symbol')}`, 'Gateway');
  const { summary, advice } = describeConnections(connections);
  logger.log(summary, 'Gateway');
  if (advice !== undefined) logger.warn(advice, 'Gateway');
  for (const sentence of ignored) logger.warn(sentence, 'Gateway');
}

import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Settings } from './config/index.js';
import { configureApp, createHttpAdapter } from './http/index.js';

/**
 * The gateway as an application that does not listen yet.
 * @throws the error that keeps it from starting (database, schema, files), as a sentence for the operator
 */
export async function createGateway(settings: Settings): Promise<NestFastifyApplication> {
  const adapter = createHttpAdapter(settings.server);
  const options = { abortOnError: false, bufferLogs: true, autoFlushLogs: false };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), adapter, options);
  app.useLogger(app.get(Logger));
  app.flushLogs();
  configureApp(app);
  return app;
}

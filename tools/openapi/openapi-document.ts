import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module.js';
import { loadSettings } from '../../src/config/index.js';
import { HOST } from '../../src/core/index.js';
import { buildOpenApi, createHttpAdapter } from '../../src/http/index.js';

/** The required settings only: no connection is opened, so none of them is used. */
const SOURCE = {
  DATABASE_URL: 'postgres://unused@127.0.0.1/nothing',
  BRIDGE_MASTER_SECRET: 'not used while documenting the routes',
  KEY_PEPPER: 'not used while documenting the routes',
  LOG_LEVEL: 'silent',
};

/** The real application as Nest knows it, with every module and controller, but nothing in it is created or started. */
export function previewGateway(): Promise<INestApplication> {
  const settings = loadSettings(SOURCE);
  const options = { preview: true, abortOnError: false, logger: false } as const;
  const adapter = createHttpAdapter(settings.server, settings.connections, HOST);
  return NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings), adapter, options);
}

/** The text of openapi.json, from the decorators of the real application; needs no database and no port. */
export async function renderOpenApi(): Promise<string> {
  return `${JSON.stringify(buildOpenApi(await previewGateway()), null, 2)}\n`;
}

import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { createRegistry } from './registry.js';

/** The registry, everywhere: inject `Registry` of prom-client to add families. */
@Global()
@Module({
  providers: [{ provide: Registry, useFactory: createRegistry }],
  exports: [Registry],
})
export class MetricsModule {}

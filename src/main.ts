import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { loadSettings, readProcessEnvironment } from './config/index.js';
import { createGateway } from './create-gateway.js';
import { explainFailure } from './explain-failure.js';
import { listen } from './http/index.js';

/** Stops in order on a signal, or when the process that started it over IPC is gone. */
function closeOnSignal(app: INestApplication): void {
  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    app.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, close);
  process.on('disconnect', close);
}

function fail(error: unknown): never {
  process.stderr.write(explainFailure('mt5-gateway', error));
  process.exit(1);
}

try {
  const app = await createGateway(loadSettings(readProcessEnvironment()));
  closeOnSignal(app);
  await listen(app);
} catch (error) {
  fail(error);
}

import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { loadSettings, readProcessEnvironment } from './config/index.js';
import { createGateway } from './create-gateway.js';
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

/** A start fails with a sentence that says what to correct; the stack is for faults of the program itself. */
function fail(error: unknown): never {
  const expected = error instanceof Error && error.name !== 'Error' && !(error instanceof TypeError);
  process.stderr.write(`mt5-gateway: ${expected ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
}

try {
  const app = await createGateway(loadSettings(readProcessEnvironment()));
  closeOnSignal(app);
  await listen(app);
} catch (error) {
  fail(error);
}

import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { loadSettings, readProcessEnvironment } from './config/index.js';
import { HOST } from './core/index.js';
import { createGateway } from './create-gateway.js';
import { drainGateway } from './drain-gateway.js';
import { explainFailure } from './explain-failure.js';
import { listen } from './http/index.js';
import { stopOnSignal } from './stop-on-signal.js';

function closeOnSignal(app: INestApplication): void {
  const gently = (): void => {
    drainGateway(app)
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  const byForce = (): void => {
    process.stderr.write('mt5-gateway: received a second signal while stopping; ending immediately\n');
    process.exit(1);
  };
  stopOnSignal(process, { gently, byForce }, HOST.clock);
}

function fail(error: unknown): never {
  process.stderr.write(explainFailure('mt5-gateway', error));
  process.exit(1);
}

try {
  const app = await createGateway(loadSettings(await readProcessEnvironment()));
  closeOnSignal(app);
  await listen(app);
} catch (error) {
  fail(error);
}

/** Exit code 0 when the gateway in this container answers. Not whether it can serve: no restart mends a database. */
import { env } from 'node:process';

const PATIENCE_MS = 3000;

try {
  const url = `http://127.0.0.1:${env.PORT || 5001}/health/live`;
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!ok) throw new Error(`status ${status}`);
} catch (error) {
  process.stderr.write(`not alive: ${error.cause?.code ?? error.message}\n`);
  process.exitCode = 1;
}

/** Exit code 0 when the gateway in this container answers. Not whether it can serve: no restart mends a database. */
const PATIENCE_MS = 3000;

try {
  const url = `http://127.0.0.1:${process.env.PORT || 5001}/health/live`;
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!ok) throw new Error(`status ${status}`);
} catch (error) {
  console.error(`not alive: ${error.cause?.code ?? error.message}`);
  process.exitCode = 1;
}

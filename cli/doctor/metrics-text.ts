const TIMEOUT_MS = 3000;

/** `/metrics` of the gateway as text; undefined when it does not answer. */
export async function fetchMetrics(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 200;

/** Progress of the gateway by its metrics (reading them costs no quota). */
export interface Progress {
  readonly terminalsReady: number;
  readonly seriesLive: number;
}

export async function untilListening(origin: string, signal: AbortSignal): Promise<void> {
  while ((await readProgress(origin, signal)) === undefined) await wait(POLL_MS, undefined, { signal });
}

/** Waits until all terminals are ready and every series is live. */
export async function untilReady(
  origin: string,
  expected: { terminals: number; series: number; signal: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<void> {
  let logged = 0;
  for (;;) {
    expected.signal.throwIfAborted();
    const progress = await readProgress(origin, expected.signal);
    if (progress !== undefined && progress.seriesLive >= logged + expected.series / 4) {
      logged = progress.seriesLive;
      expected.onProgress(progress);
    }
    if (progress && progress.terminalsReady >= expected.terminals && progress.seriesLive >= expected.series) return;
    await wait(POLL_MS, undefined, { signal: expected.signal });
  }
}

async function readProgress(origin: string, signal: AbortSignal): Promise<Progress | undefined> {
  try {
    const response = await fetch(`${origin}/metrics`, { signal });
    const text = await response.text();
    return {
      terminalsReady: gauge(text, 'mt5gw_terminals{state="ready"}'),
      seriesLive: gauge(text, 'mt5gw_series{state="live"}'),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError) return undefined; // not listening yet
    throw error;
  }
}

function gauge(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

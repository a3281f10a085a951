import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** Far above what anything takes on a busy machine, and below the limit of a test: what fails then names what it waited for. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 5;

/**
 * Looks again and again; resolves when it is so.
 * @param what what is waited for, for the error; without it the condition itself is shown
 * @throws Error naming it when it is not so within the time
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string | (() => string) = String(isSo),
  withinMs = PATIENCE_MS,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(notSo(what, withinMs));
    await wait(LOOK_EVERY_MS);
  }
}

/**
 * Looks again each time the emitter tells `news`; resolves when it is so.
 * @throws Error naming the condition when there is no news for too long
 */
export async function untilNews(
  emitter: EventTarget,
  isSo: () => boolean,
  what: string | (() => string) = String(isSo),
): Promise<void> {
  while (!isSo()) {
    const silence = AbortSignal.timeout(PATIENCE_MS);
    await once(emitter, 'news', { signal: silence }).catch((error: unknown) => {
      throw silence.aborted ? new Error(notSo(what, PATIENCE_MS)) : error;
    });
  }
}

function notSo(what: string | (() => string), withinMs: number): string {
  return `Not so after ${withinMs} ms: ${typeof what === 'string' ? what : what()}`;
}

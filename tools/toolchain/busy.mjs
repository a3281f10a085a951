import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from './paths.mjs';

const LOOP = join(root, 'tools', 'toolchain', 'busy-loop.mjs');

/** Keeps every core busy, for `limitMs` at most; returns how to stop it. `env` marks the loops as part of a run. */
export function keepCoresBusy({ limitMs, env }) {
  const loops = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, [LOOP, String(limitMs), String(process.pid)], { env, stdio: 'ignore' }),
  );
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}

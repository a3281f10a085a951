import type { HostStats } from '../pool/agent-host.js';
import type { TerminalHostSchema } from './agent.schema.js';

const iso = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString());

/** The report of a host's agent about a terminal; null before the first. */
export function presentHost(host: HostStats | undefined): TerminalHostSchema | null {
  if (host === undefined) return null;
  const { process } = host;
  return {
    name: host.host,
    attached: host.attached,
    attached_at: iso(host.attachedAtMs),
    process:
      process === undefined
        ? null
        : {
            state: process.state,
            pid: process.pid === 0 ? null : process.pid,
            memory_mb: process.memoryMb === 0 ? null : process.memoryMb,
            restarts: process.restarts,
            started_at: iso(process.startedAtMs),
            last_exit: process.lastExit === '' ? null : process.lastExit,
            last_exit_at: iso(process.lastExitAtMs),
            detail: process.detail,
          },
  };
}

/** For the OpenAPI document. */
export const HOST_EXAMPLE = {
  name: 'main',
  attached: true,
  attached_at: '2026-11-20T09:12:40.002Z',
  process: {
    state: 'running',
    pid: 4711,
    memory_mb: 846,
    restarts: 1,
    started_at: '2026-11-20T09:12:46.330Z',
    last_exit: 'exit code 1',
    last_exit_at: '2026-11-20T09:12:41.118Z',
    detail: '',
  },
};

import type { HostStats } from '../pool/agent-host.js';
import type { TerminalHostView } from './agent.schema.js';

const iso = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString());

/** The report of a host's agent about a terminal; null before the first. */
export function presentHost(host: HostStats | undefined): TerminalHostView | null {
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

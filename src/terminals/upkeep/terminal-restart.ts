import type { Terminal } from '../pool/terminal.js';
import { TerminalDisconnectedError } from '../terminals.errors.js';

/** `restart`: the terminal's program restarts. `reconnect`: only its link is dropped and dials again. */
export type RestartAction = 'restart' | 'reconnect';

/** Ends the session; the bridge dials again. @throws TerminalDisconnectedError when there is none */
export function reconnect(terminal: Terminal, reason: string): void {
  if (!terminal.drop(reason)) throw new TerminalDisconnectedError(terminal.id, terminal.id);
}

/**
 * Restarts the terminal if its host's agent or its bridge can, else reconnects it.
 * @throws TerminalDisconnectedError when it has no session
 */
export async function restart(terminal: Terminal, reason: string): Promise<RestartAction> {
  if (terminal.host?.canRestart === true) {
    try {
      await terminal.host.restart(reason);
      return 'restart';
    } catch (error) {
      terminal.record.fault('restart', error instanceof Error ? error.message : String(error));
    }
  }
  if (terminal.bridgeCanRestart) {
    try {
      await terminal.command({ type: 'restart' }, { priority: 'urgent' });
      return 'restart';
    } catch {
      // The bridge could not, so its link is dropped. The terminal's record has the failure.
    }
  }
  reconnect(terminal, reason);
  return 'reconnect';
}

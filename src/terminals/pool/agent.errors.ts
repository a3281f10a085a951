import { GatewayError } from '../../kernel/index.js';

/** Hurts one restart: nobody on the terminal's host could do it. */
export class HostAgentMissingError extends GatewayError {
  readonly code = 'terminal-error';

  constructor(host: string, terminalId: string) {
    super(`no agent on host ${host} looks after ${terminalId}; start it there with npm run agent`, {
      members: { terminal_id: terminalId },
    });
  }
}

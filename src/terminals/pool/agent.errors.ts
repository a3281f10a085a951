import { GatewayError } from '../../kernel/index.js';

/** No agent on the terminal's host can restart it. Blast radius: one restart. */
export class HostAgentMissingError extends GatewayError {
  readonly code = 'terminal-error';

  constructor(host: string, terminalId: string) {
    super(`no agent on host ${host} looks after ${terminalId}; start it there with npm run agent`, {
      members: { terminal_id: terminalId },
    });
  }
}

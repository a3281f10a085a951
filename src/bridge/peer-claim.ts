import { printable } from '../kernel/index.js';
import { TcpAgentSession } from './agent-session.js';
import type { Admission, BridgePolicy } from './bridge-policy.js';
import { TcpBridgeSession, type SessionLink } from './bridge-session.js';
import { AGENT_NUMBERS } from './codec/agent.codec.js';
import type { Frame } from './frame.js';
import { decodeAgentHello, decodeHello, verifyAgentHello, verifyHello, type HelloSecret } from './handshake.js';

export type PeerSession = TcpBridgeSession | TcpAgentSession;

/** The unproven identity in a peer's hello: a terminal's bridge, or a host's agent. */
export interface PeerClaim {
  /** For logs and the failure limit. */
  readonly name: string;
  /** Key of the claimed identity; undefined = not configured. */
  readonly key: Buffer | undefined;
  readonly clientNonce: Uint8Array;
  /** Text of the reject for an unknown identity or a wrong key. */
  readonly strangerMessage: string;
  isProven(secret: HelloSecret): boolean;
  admit(remoteAddress: string): Admission;
  session(epoch: number, link: SessionLink): PeerSession;
}

/** Opens a hello of either kind. @throws ProtocolError if it is none */
export function claimOf(frame: Frame, policy: BridgePolicy): PeerClaim {
  return frame.number === AGENT_NUMBERS['agent-hello'] ? agentClaim(frame, policy) : bridgeClaim(frame, policy);
}

function bridgeClaim(frame: Frame, policy: BridgePolicy): PeerClaim {
  const signed = decodeHello(frame);
  const hello = signed.message;
  return {
    name: hello.terminalId,
    key: policy.keyOf(hello.terminalId),
    clientNonce: hello.clientNonce,
    strangerMessage: 'unknown terminal id or wrong key',
    isProven: (secret) => verifyHello(signed, secret),
    admit: (remoteAddress) => policy.admit(hello, remoteAddress),
    session: (epoch, link) => new TcpBridgeSession(hello, epoch, link),
  };
}

function agentClaim(frame: Frame, policy: BridgePolicy): PeerClaim {
  const signed = decodeAgentHello(frame);
  const hello = signed.message;
  return {
    name: `agent ${printable(hello.host)}`,
    key: policy.agentKeyOf?.(hello.host),
    clientNonce: hello.clientNonce,
    strangerMessage: 'unknown host or wrong key',
    isProven: (secret) => verifyAgentHello(signed, secret),
    admit: () => policy.admitAgent?.(hello) ?? NO_AGENTS,
    session: (epoch, link) => new TcpAgentSession(hello, epoch, link),
  };
}

const NO_AGENTS: Admission = {
  accept: false,
  reason: 'wrong-key',
  message: 'this gateway takes no agents',
  retryAfterMs: 60_000,
};

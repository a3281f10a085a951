/**
 * Kinds of frames that a connection ignores without ending.
 *
 * - **extension-frame**: a frame of an optional type that this gateway does not know.
 * - **late-answer**, **late-agent-answer**: a frame that answers a request that the gateway has given up.
 * - **after-goodbye**: the peer continues after the gateway's last frame; reported once for each connection.
 */
export type IgnoredFrameKind = 'extension-frame' | 'late-answer' | 'late-agent-answer' | 'after-goodbye';

/** An ignored frame of a connection. */
export interface IgnoredFrame {
  readonly what: IgnoredFrameKind;
  /** The terminal, or `agent <host>`, when the peer has proved that; otherwise undefined. Safe to print. */
  readonly peer: string | undefined;
  readonly remoteAddress: string;
  readonly detail: string;
}

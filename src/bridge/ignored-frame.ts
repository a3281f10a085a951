/**
 * What a connection leaves out without ending.
 *
 * - **extension-frame**: a frame of an optional type that this gateway does not know.
 * - **late-answer**, **late-agent-answer**: a frame that answers a request of which the gateway has given up.
 * - **after-goodbye**: the peer goes on after the gateway's last words; told once for each connection.
 */
export type IgnoredFrameKind = 'extension-frame' | 'late-answer' | 'late-agent-answer' | 'after-goodbye';

/** Something that arrived on a connection and was left out. */
export interface IgnoredFrame {
  readonly what: IgnoredFrameKind;
  /** The terminal, or `agent <host>`, if the peer has proved that; else undefined. Safe to print. */
  readonly peer: string | undefined;
  readonly remoteAddress: string;
  readonly detail: string;
}

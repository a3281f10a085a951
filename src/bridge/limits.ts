/** Bounds of the protocol. Reader and writer check the same numbers; docs/bridge-protocol.md lists them. */

/** Payload of one frame before the welcome, bytes. */
export const HANDSHAKE_FRAME_BYTES = 4096;
/** Payload of one frame afterwards unless the listener says otherwise, bytes. */
export const DEFAULT_MAX_FRAME_BYTES = 1024 * 1024;
/** Names (ids, symbols, timeframes, currencies, servers), bytes of UTF-8. */
export const NAME_BYTES = 128;
/** Texts (descriptions, paths, messages for people, string parameters), bytes of UTF-8. */
export const TEXT_BYTES = 1024;
export const NONCE_BYTES = 32;
export const MAC_BYTES = 32;

/** Rows of one whole answer: bars, indicator rows, symbols. */
export const MAX_ANSWER_ROWS = 100_000;
/** Rows of one chunk of rates or buffers; a chunk also stays below {@link CHUNK_BYTES}. */
export const ROWS_PER_CHUNK = 1000;
export const SYMBOLS_PER_CHUNK = 40;
/** Payload of one chunk, bytes. */
export const CHUNK_BYTES = 64 * 1024;

export const MAX_PARAMETERS = 64;
export const MAX_BUFFERS = 64;
export const MAX_BUFFER_NUMBER = 511;
export const MAX_SESSIONS = 256;
export const MAX_EARLIEST = 64;
export const MAX_BUSY_MS = 120_000;
export const MAX_CLOCK_RATE = 100_000;
export const MAX_UTC_OFFSET_SECONDS = 86_400;
/** The UTC offset that a bridge sends while it does not know it: a whole day, which no time zone has. */
export const UNKNOWN_UTC_OFFSET_SECONDS = 86_400;
/** A color of MetaTrader is 0x00BBGGRR, or 0xFFFFFFFF for none. */
export const UINT32_MAX = 0xffff_ffff;
/** Terminals in one report of a host's agent; more come in additional reports. */
export const MAX_REPORTED = 50;

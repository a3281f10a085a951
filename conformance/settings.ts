import type { Timeframe } from '../src/market/index.js';

/** Settings of the suite for one bridge. */
export interface SuiteSettings {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The key of a terminal; undefined = this terminal id is not under test. */
  readonly keyOf: (terminalId: string) => Buffer | undefined;
  /** Heartbeat interval of the WELCOME, milliseconds. */
  readonly heartbeatMs: number;
  /** Factor by which the bridge under test shortens the waits of the protocol (1 s to 15 s, 60 s). */
  readonly timeScale: number;
  /** The broker symbol; undefined = chosen from the bridge's list. */
  readonly symbol?: string;
  /** Timeframe of the checked history. */
  readonly timeframe: Timeframe;
  readonly indicator?: { readonly name: string; readonly buffers: readonly number[] };
  /** Longest wait for the bridge's first dial, milliseconds. */
  readonly firstDialMs: number;
  /** Longest wait for the market (a tick, the end of a bar), milliseconds. */
  readonly marketWaitMs: number;
  /** Runs also the checks that take a minute or more. */
  readonly slow: boolean;
  /** Really restarts the terminal. */
  readonly allowRestart: boolean;
}

/** Pauses between dials, milliseconds, before scaling (docs/bridge-protocol.md, "When to dial again"). */
export const REDIAL = { firstMs: 1000, jitter: 0.2, maxMs: 15_000, supersededMs: 60_000, quickDials: 30 } as const;
/** Tolerated lateness of a busy host, milliseconds. */
export const LATENESS_MS = 1000;
/** Longest wait for an answer, milliseconds. */
export const ANSWER_MS = 15_000;

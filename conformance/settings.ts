import type { Timeframe } from '../src/market/index.js';

/** How the suite looks at one bridge. */
export interface SuiteSettings {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The key of a terminal; undefined = this terminal id is not the one that is tested. */
  readonly keyOf: (terminalId: string) => Buffer | undefined;
  /** What the WELCOME asks for, milliseconds. */
  readonly heartbeatMs: number;
  /** By how much the bridge shortens the waits of the protocol (1 s to 15 s, 60 s), for bridges under test. */
  readonly timeScale: number;
  /** The broker's name; undefined = chosen from the bridge's own list. */
  readonly symbol?: string;
  /** Of the history that is looked at. */
  readonly timeframe: Timeframe;
  readonly indicator?: { readonly name: string; readonly buffers: readonly number[] };
  /** How long the bridge may take to dial for the first time, milliseconds. */
  readonly firstDialMs: number;
  /** Longest wait for something that the market decides (a tick, the end of a bar), milliseconds. */
  readonly marketWaitMs: number;
  /** Also make the checks that take a minute or more. */
  readonly slow: boolean;
  /** Really restart the terminal. */
  readonly allowRestart: boolean;
}

/** Pauses between dials, milliseconds, before scaling (docs/bridge-protocol.md, "When to dial again"). */
export const REDIAL = { firstMs: 1000, jitter: 0.2, maxMs: 15_000, supersededMs: 60_000, quickDials: 30 } as const;
/** What a busy host may be late by, milliseconds. */
export const LATENESS_MS = 1000;
/** Longest wait for an answer, milliseconds. */
export const ANSWER_MS = 15_000;

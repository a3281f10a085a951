/**
 * All messages between a bridge (in a terminal) and the gateway, as plain values. The codec turns them into bytes;
 * docs/bridge-protocol.md is the specification. This folder knows no symbols, tiers or series: symbol and timeframe are
 * plain names here.
 */

/** One bar on the wire: MqlRates, 60 bytes, little endian. Volumes are whole numbers up to 2^53. */
export interface WireRate {
  /** Open, unix seconds in server time. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly tickVolume: number;
  /** Points. */
  readonly spread: number;
  readonly realVolume: number;
}

/** Abilities of a bridge; sent in the hello as a bit set. */
export interface BridgeCapabilities {
  /** Reads the buffers of custom indicators. The official Python package cannot. */
  readonly indicators: boolean;
  /** Pushes bars unrequested. */
  readonly push: boolean;
  /** Restarts the terminal on request (the host's agent is attached). */
  readonly restart: boolean;
  /** Sends simulated prices only. */
  readonly simulated: boolean;
}

/** First authenticated message, bridge to gateway. */
export interface Hello {
  readonly type: 'hello';
  /** Configured id, e.g. `MT5_05`. */
  readonly terminalId: string;
  /** Account number, below 2^53; 0 = not logged in. */
  readonly login: number;
  /** The broker's trade server, e.g. `ICMarkets-Demo`. */
  readonly brokerServer: string;
  readonly company: string;
  /** Name and version of the bridge program. */
  readonly program: string;
  /** Build of the terminal; 0 = unknown. */
  readonly terminalBuild: number;
  /** Server time minus UTC, seconds. */
  readonly utcOffsetSeconds: number;
  readonly capabilities: BridgeCapabilities;
  /** 32 random bytes, fresh for each connection. */
  readonly clientNonce: Uint8Array;
}

/** Gateway to bridge, first frame of a connection: asks for a proof of the terminal's key. */
export interface Challenge {
  readonly type: 'challenge';
  /** 32 random bytes, fresh for each connection. */
  readonly serverNonce: Uint8Array;
}

/** Gateway to bridge: the bridge is authenticated and has a session. */
export interface Welcome {
  readonly type: 'welcome';
  /** Grows with every session of a terminal; the newest wins. */
  readonly epoch: number;
  /** A bridge sends a heartbeat at least this often, milliseconds. */
  readonly heartbeatMs: number;
  /** Longest payload of a frame in this session, bytes. */
  readonly maxFrameBytes: number;
}

/** Why the gateway refuses a connection. `superseded` and `shutting-down` come as a goaway, not here. */
export const REJECT_REASONS = [
  'protocol-version',
  'unknown-terminal',
  'wrong-key',
  'wrong-login',
  'wrong-server',
  'simulator-not-allowed',
  'malformed',
  'too-many-failures',
  'too-many-connections',
  'handshake-timeout',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Gateway to bridge, then the connection is closed. */
export interface Reject {
  readonly type: 'reject';
  readonly reason: RejectReason;
  /** For the operator, who reads it in the terminal's log. */
  readonly message: string;
  /** Earliest time to dial again, milliseconds from now. */
  readonly retryAfterMs: number;
}

/** Bridge to gateway, every few seconds: the terminal's pulse. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  /** Server time now, milliseconds. */
  readonly serverTimeMs: number;
  /** Server seconds per real second: 1 = a normal clock, 0 = a stopped one (replay). 0 to 100000. */
  readonly clockRate: number;
  readonly utcOffsetSeconds: number;
  /** The terminal's connection to its broker. */
  readonly brokerConnected: boolean;
  /** Last ping to the broker, microseconds; 0 = unknown. */
  readonly pingMicros: number;
  /** Memory of the terminal, megabytes; 0 = unknown. */
  readonly memoryMb: number;
  /** Requests waiting in the bridge. */
  readonly queueDepth: number;
  /** Server time of the newest tick of any symbol, milliseconds; 0 = none yet. */
  readonly lastTickMs: number;
  /** MetaTrader's last error code; 0 = none. */
  readonly lastError: number;
  /** Account of the terminal now; it may have changed since the hello. */
  readonly login: number;
}

/** Gateway to bridge, every few seconds. */
export interface GatewayHeartbeat {
  readonly type: 'gateway-heartbeat';
  /** UTC, milliseconds: shows a bridge that its host clock is wrong. */
  readonly gatewayTimeMs: number;
}

/** Bridge to gateway: announces a call that may block, so that the gateway tolerates silence until then. */
export interface BusyUntil {
  readonly type: 'busy';
  /** From now, milliseconds, at most 120000. */
  readonly durationMs: number;
}

export const GOAWAY_REASONS = [
  'superseded',
  'shutting-down',
  'draining',
  'reconnect',
  'protocol-error',
  'idle',
] as const;
export type GoawayReason = (typeof GOAWAY_REASONS)[number];

/** Either side: ends the connection now. A superseded bridge waits `retryAfterMs` before it dials again. */
export interface Goaway {
  readonly type: 'goaway';
  readonly reason: GoawayReason;
  readonly message: string;
  readonly retryAfterMs: number;
}

/** A typed parameter of an indicator (MqlParam). `datetime` is server seconds, `color` is 0x00BBGGRR. */
export type IndicatorParameter =
  | { readonly type: 'int' | 'long' | 'datetime' | 'color' | 'double'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string };

/** The newest bars: `start` 0 is the forming bar; `count` 1 to 100000. Answered by rates. */
export interface RatesByCount {
  readonly type: 'rates-by-count';
  readonly symbol: string;
  readonly timeframe: string;
  readonly start: number;
  readonly count: number;
}

/** Bars that open in [from, to), server seconds. Answered by rates. */
export interface RatesByRange {
  readonly type: 'rates-by-range';
  readonly symbol: string;
  readonly timeframe: string;
  readonly from: number;
  readonly to: number;
}

/** Buffers of an indicator for the newest `count` bars (the forming one included). Answered by buffers. */
export interface IndicatorBuffers {
  readonly type: 'indicator-buffers';
  readonly symbol: string;
  readonly timeframe: string;
  /** Name as for iCustom. */
  readonly indicator: string;
  /** At most 64. */
  readonly parameters: readonly IndicatorParameter[];
  /** Buffer numbers, 1 to 64 of them, each 0 to 511. */
  readonly buffers: readonly number[];
  readonly count: number;
}

export interface AccountRequest {
  readonly type: 'account';
}

/** Asks for all symbols of the broker. */
export interface SymbolsRequest {
  readonly type: 'symbols';
}

export interface SymbolRequest {
  readonly type: 'symbol';
  readonly symbol: string;
}

/** Asks to push the bars of one series. Answered by subscribed. */
export interface Subscribe {
  readonly type: 'subscribe';
  readonly symbol: string;
  readonly timeframe: string;
}

export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly symbol: string;
  readonly timeframe: string;
}

/** Asks to restart the terminal. Answered by ok before it happens. */
export interface RestartRequest {
  readonly type: 'restart';
}

/** All requests of the gateway. */
export type BridgeRequest =
  | RatesByCount
  | RatesByRange
  | IndicatorBuffers
  | AccountRequest
  | SymbolsRequest
  | SymbolRequest
  | Subscribe
  | Unsubscribe
  | RestartRequest;

/** Answer to both rates requests; oldest first, put together from its chunks. */
export interface Rates {
  readonly type: 'rates';
  readonly rates: readonly WireRate[];
  /** The last rate is still forming. */
  readonly lastForming: boolean;
  /** `rates` begins with the oldest bar that this terminal can get. */
  readonly reachesStart: boolean;
}

/** One buffer of an indicator, aligned with {@link Buffers.times}. */
export interface BufferColumn {
  readonly buffer: number;
  /** NaN where the mask marks an empty cell. */
  readonly values: Float64Array;
}

/** Answer to indicator-buffers, oldest first, put together from its chunks. */
export interface Buffers {
  readonly type: 'buffers';
  /** Open times of the bars, server seconds. */
  readonly times: Float64Array;
  readonly columns: readonly BufferColumn[];
}

export interface AccountInfo {
  readonly type: 'account-info';
  readonly login: number;
  readonly brokerServer: string;
  readonly company: string;
  readonly name: string;
  readonly currency: string;
  readonly tradeMode: 'demo' | 'contest' | 'real';
  readonly leverage: number;
  readonly balance: number;
  readonly equity: number;
  readonly brokerConnected: boolean;
}

/** A quoting session of a symbol on one weekday. */
export interface QuoteSession {
  /** 0 = Sunday. */
  readonly weekday: number;
  /** Seconds from server midnight, 0 to 86400. */
  readonly from: number;
  readonly to: number;
}

/** Properties of one symbol, under the broker's name. */
export interface SymbolInfo {
  readonly type: 'symbol-info';
  readonly symbol: string;
  readonly description: string;
  readonly path: string;
  readonly digits: number;
  readonly point: number;
  readonly contractSize: number;
  readonly baseCurrency: string;
  readonly profitCurrency: string;
  /** Whether positions may be opened (not close-only, not disabled). */
  readonly tradable: boolean;
  readonly sessions: readonly QuoteSession[];
  /** Open of the oldest bar that the terminal can get, by timeframe, server seconds; missing = unknown. */
  readonly earliest: Readonly<Record<string, number>>;
}

/** Answer to symbols; short form, enough to resolve names. */
export interface SymbolList {
  readonly type: 'symbol-list';
  readonly symbols: readonly SymbolListItem[];
  /** Reasons of entries that were left out because they hold forbidden values. Never sent. */
  readonly refused?: readonly string[];
}

export interface SymbolListItem {
  readonly symbol: string;
  readonly description: string;
  readonly digits: number;
  readonly contractSize: number;
  readonly baseCurrency: string;
  readonly profitCurrency: string;
  readonly tradable: boolean;
}

/** Answer to subscribe: pushes of this series count from `sequence` + 1. */
export interface Subscribed {
  readonly type: 'subscribed';
  readonly sequence: number;
}

export interface Ok {
  readonly type: 'ok';
}

/** Typed failures of a request; the session lives on. */
export const BRIDGE_ERROR_CODES = [
  'unknown-request',
  'malformed-request',
  'unknown-symbol',
  'unknown-timeframe',
  'unknown-indicator',
  'bad-parameters',
  'unknown-buffer',
  'history-loading',
  'indicator-loading',
  'no-data',
  'not-supported',
  'busy',
  'terminal-failure',
] as const;
export type BridgeErrorCode = (typeof BRIDGE_ERROR_CODES)[number];

export interface RequestFailed {
  readonly type: 'error';
  readonly code: BridgeErrorCode;
  /** MetaTrader's own error code; 0 = none. */
  readonly terminalCode: number;
  readonly message: string;
  /** Wait before the next attempt, milliseconds; 0 = never retry. */
  readonly retryAfterMs: number;
}

/** All answers of a bridge. */
export type BridgeResponse = Rates | Buffers | AccountInfo | SymbolInfo | SymbolList | Subscribed | Ok | RequestFailed;

/** Bridge to gateway, unrequested: bars of a subscribed series. */
export interface BarPush {
  readonly type: 'bar';
  readonly symbol: string;
  readonly timeframe: string;
  /** Grows by one per push of this series; a hole means that pushes were lost. */
  readonly sequence: number;
  /** Newly closed bars, oldest first (0 to 1000); usually one when a new bar opens. */
  readonly closed: readonly WireRate[];
  readonly forming: WireRate | undefined;
  /** Forbidden value of a bar; the push has no bars then. Never sent. */
  readonly fault?: string;
}

/** Bridge to gateway: the broker rewrote history of this series from `from` on (server seconds). */
export interface HistoryChanged {
  readonly type: 'history-changed';
  readonly symbol: string;
  readonly timeframe: string;
  readonly from: number;
  /** Forbidden time; `from` is 0 then. Never sent. */
  readonly fault?: string;
}

/** Bridge to gateway: the broker's list of symbols changed, so names must be resolved again. */
export interface SymbolsChanged {
  readonly type: 'symbols-changed';
}

/** All unrequested messages of a bridge after the welcome. */
export type BridgePush = Heartbeat | BusyUntil | BarPush | HistoryChanged | SymbolsChanged | Goaway;

/** The answer to each request. */
export interface ResponseOf {
  'rates-by-count': Rates;
  'rates-by-range': Rates;
  'indicator-buffers': Buffers;
  account: AccountInfo;
  symbols: SymbolList;
  symbol: SymbolInfo;
  subscribe: Subscribed;
  unsubscribe: Ok;
  restart: Ok;
}

export type BridgeMessage = Hello | BridgePush | BridgeResponse;

export type GatewayMessage = Challenge | Welcome | Reject | GatewayHeartbeat | Goaway | BridgeRequest;

export type WireMessage = BridgeMessage | GatewayMessage;
export type MessageType = WireMessage['type'];
export type MessageOf<T extends MessageType> = Extract<WireMessage, { readonly type: T }>;

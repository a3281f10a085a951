import { createHmac, randomBytes } from 'node:crypto';
import { type Clock, delay, type Timer } from '../../src/kernel/index.js';
import { frameBytes, wire, type WireWriter } from '../support/wire-writer.js';
import { PREAMBLE, type RawFrame, ScriptedTerminal, terminalKey } from '../support/scripted-terminal.js';
import { type BridgeUnderTest, MASTER_SECRET } from './suite-under-test.js';

const SECONDS: Readonly<Record<string, number>> = { M1: 60, H1: 3600, H3: 10_800 };
const HISTORY = 6000;
const NOTHING = Buffer.alloc(0);
/** A second of the protocol at the tests' scale, with room for a busy machine. */
const FIRST_PAUSE_MS = 60;
const GOAWAY = 0x13;
const SHUTTING_DOWN = 2;

/** What a speaker does otherwise than it should. A correct one has no quirk. */
export interface Quirks {
  readonly masterSecret?: string;
  readonly nonce?: Buffer;
  readonly talksBeforeWelcome?: boolean;
  /** Stays with a gateway that did not prove itself. */
  readonly believesAnybody?: boolean;
  /** @default 0.6 of what the WELCOME asks for */
  readonly heartbeatMs?: number;
  /** What it makes of the true time, both in milliseconds. */
  readonly serverTimeMs?: (nowMs: number) => number;
  readonly loginInHeartbeat?: number;
  /** Changes the times of an answer. */
  readonly times?: (times: number[]) => number[];
  readonly firstAnswerIsEmpty?: boolean;
  readonly includesEnd?: boolean;
  readonly hasShortHistory?: boolean;
  readonly rowsPerChunk?: number;
  /** Error code by number for an unknown symbol. @default 3 */
  readonly unknownSymbolCode?: number;
  readonly sequenceStep?: number;
  /** @default 1.5 */
  readonly pushedPrice?: number;
  readonly neverStopsPushing?: boolean;
  readonly keepsSubscriptions?: boolean;
  readonly answersTwice?: boolean;
  readonly leavesAtUnknown?: boolean;
  /** Error code by number for what it cannot read. @default 2 */
  readonly malformedCode?: number;
  /** @default 60 ms, the protocol's second at the tests' scale */
  readonly redialMs?: number;
  /** Dials after GOAWAY shutting-down before the pauses grow. @default 30 */
  readonly quickDials?: number;
}

/** A bridge of a few lines that shares no code with the gateway, to be wrong in exactly one way. */
export class ScriptedSpeaker implements BridgeUnderTest {
  private terminal: ScriptedTerminal | undefined;
  private readonly timers = new Set<Timer>();
  private readonly sequences = new Map<string, number>();
  private readonly asked = new Set<string>();
  private isStopped = false;
  private attempt = 0;
  private quickDials = 0;
  private readonly ended: Promise<void>;

  constructor(
    private readonly port: number,
    private readonly clock: Clock,
    private readonly quirks: Quirks = {},
  ) {
    this.ended = this.live();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.terminal?.socket.destroy();
    await this.ended;
  }

  private async live(): Promise<void> {
    while (!this.isStopped) {
      await this.visit().catch(() => undefined);
      for (const timer of this.timers) timer.cancel();
      this.timers.clear();
      if (!this.quirks.keepsSubscriptions) this.sequences.clear();
      await this.terminal?.leave();
      const pauseMs = this.quirks.redialMs ?? this.nextPauseMs();
      if (!this.isStopped) await delay(this.clock, pauseMs);
    }
  }

  private nextPauseMs(): number {
    if (this.quickDials === 0) return Math.min(700, FIRST_PAUSE_MS * 2 ** this.attempt++);
    this.quickDials -= 1;
    return FIRST_PAUSE_MS;
  }

  private async visit(): Promise<void> {
    const terminal = await ScriptedTerminal.dial(this.port);
    this.terminal = terminal;
    terminal.send(PREAMBLE);
    await terminal.bytes(PREAMBLE.length);
    const { payload: serverNonce } = await terminal.frame();
    const nonce = this.quirks.nonce ?? randomBytes(32);
    terminal.send(this.hello(serverNonce, nonce));
    if (this.quirks.talksBeforeWelcome) this.beat();
    const { type, payload: welcome } = await terminal.frame();
    if (type !== 0x03) return;
    const proof = createHmac('sha256', this.key).update('mt5g1 gateway\0').update(serverNonce).update(nonce);
    const isProven = proof.update(welcome.subarray(0, 16)).digest().equals(welcome.subarray(16));
    if (!isProven && !this.quirks.believesAnybody) return;
    this.beat();
    this.every(this.quirks.heartbeatMs ?? 0.6 * welcome.readUInt32LE(8), () => this.beat());
    this.every(100, () => this.push());
    for (;;) {
      const frame = await terminal.frame();
      if (frame.type === GOAWAY) return this.sentAway(frame);
      this.answer(frame);
    }
  }

  private sentAway({ payload }: RawFrame): void {
    if (payload[0] !== SHUTTING_DOWN) return;
    this.attempt = 0;
    this.quickDials = this.quirks.quickDials ?? 30;
  }

  private get key(): Buffer {
    return terminalKey(this.quirks.masterSecret ?? MASTER_SECRET, 'MT5_05');
  }

  private hello(serverNonce: Uint8Array, nonce: Buffer): Buffer {
    const fields = wire().string('MT5_05').i64(7).string('Broker-Demo').string('Broker Ltd').string('scripted 1.0');
    const bytes = fields.u32(4755).i32(0).u32(2).raw(nonce).bytes();
    const mac = createHmac('sha256', this.key).update('mt5g1 terminal\0').update(serverNonce).update(bytes);
    return frameBytes(0x0002, Buffer.concat([bytes, mac.digest()]));
  }

  private beat(): void {
    const { serverTimeMs = (nowMs) => nowMs, loginInHeartbeat = 7 } = this.quirks;
    const fields = wire().i64(serverTimeMs(this.clock.nowMs())).f64(1).i32(0).u8(1).u32(20_000).u32(0).u32(0);
    this.terminal?.sendFrame(0x10, fields.i64(0).i32(0).i64(loginInHeartbeat).bytes());
  }

  private push(): void {
    for (const [series, sequence] of this.sequences) {
      const next = sequence + (this.quirks.sequenceStep ?? 1);
      this.sequences.set(series, next);
      const [symbol, timeframe] = series.split(' ') as [string, string];
      const bar = wire().string(symbol).string(timeframe).u32(next).u8(1);
      this.terminal?.sendFrame(
        0x60,
        bar
          .rate(this.newestOpen(timeframe), this.quirks.pushedPrice ?? 1.5, 1 + next)
          .u16(0)
          .bytes(),
      );
    }
  }

  private answer({ type, requestId, payload }: RawFrame): void {
    if (requestId === 0) return;
    if (type === 0x7ff0 && this.quirks.leavesAtUnknown) return void this.terminal?.socket.destroy();
    const refuse = (code: number) => this.say(0x4f, requestId, wire().u8(code).i32(0).string('no').u32(500));
    if (type < 0x20 || type > 0x28) return refuse(1);
    try {
      this.serve(type, requestId, new Fields(payload), refuse);
    } catch {
      // A field that does not fit is an error of the buffer; nothing else can fail here.
      refuse(this.quirks.malformedCode ?? 2);
    }
  }

  private serve(type: number, id: number, fields: Fields, refuse: (code: number) => void): void {
    if (type === 0x22) return refuse(11);
    if (type === 0x23) {
      const account = wire().i64(7).string('Broker-Demo').string('Broker Ltd').string('Test').string('USD').u8(1);
      this.say(0x42, id, account.u32(100).f64(1).f64(1).u8(1));
      if (this.quirks.answersTwice) this.say(0x46, id, wire());
      return;
    }
    if (type === 0x24) return this.say(0x43, id, entry(wire().u16(1)));
    const symbol = fields.string();
    const timeframe = type === 0x25 ? 'H1' : fields.string();
    const numbers = type === 0x20 ? fields.counts() : type === 0x21 ? fields.times() : ([0, 0] as const);
    fields.end();
    if (symbol !== 'EURUSD') return refuse(this.quirks.unknownSymbolCode ?? 3);
    if (SECONDS[timeframe] === undefined) return refuse(4);
    if (type === 0x25) return this.say(0x44, id, entry(wire()).string('').f64(0.00001).u16(0).u8(0));
    if (type === 0x26) return this.subscribe(id, `${symbol} ${timeframe}`);
    if (type === 0x27) return this.unsubscribe(id, `${symbol} ${timeframe}`);
    return this.sayRates(
      id,
      timeframe,
      type === 0x20 ? this.byCount(timeframe, numbers) : this.byRange(timeframe, numbers),
    );
  }

  private subscribe(id: number, series: string): void {
    if (!this.sequences.has(series)) this.sequences.set(series, 0);
    this.say(0x45, id, wire().u32(this.sequences.get(series)!));
  }

  private unsubscribe(id: number, series: string): void {
    if (!this.quirks.neverStopsPushing) this.sequences.delete(series);
    this.say(0x46, id, wire());
  }

  private byRange(timeframe: string, [from, to]: readonly [number, number]): number[] {
    const all = this.byCount(timeframe, [0, HISTORY]);
    return all.filter((time) => time >= from && (time < to || (this.quirks.includesEnd === true && time === to)));
  }

  private byCount(timeframe: string, [start, count]: readonly [number, number]): number[] {
    const newest = this.newestOpen(timeframe);
    const rows = Math.max(0, Math.min(HISTORY, start + count) - start);
    return Array.from({ length: rows }, (_, index) => newest - SECONDS[timeframe]! * (start + rows - 1 - index));
  }

  private newestOpen(timeframe: string): number {
    const length = SECONDS[timeframe]!;
    return Math.floor(this.clock.nowMs() / 1000 / length) * length;
  }

  private sayRates(id: number, timeframe: string, plain: number[]): void {
    const isFirst = !this.asked.has(timeframe);
    this.asked.add(timeframe);
    const { times = (same) => same, rowsPerChunk = 1000 } = this.quirks;
    const rows =
      isFirst && this.quirks.firstAnswerIsEmpty ? [] : times(plain).slice(this.quirks.hasShortHistory ? -100 : 0);
    const lastForming = rows.at(-1) === this.newestOpen(timeframe) ? 1 : 0;
    for (let at = 0; at === 0 || at < rows.length; at += rowsPerChunk) {
      const part = rows.slice(at, at + rowsPerChunk);
      const isLast = at + rowsPerChunk >= rows.length;
      const chunk = wire()
        .u8(isLast ? lastForming : 0)
        .u16(part.length);
      for (const time of part) chunk.rate(time, 1.5);
      this.terminal?.sendFrame(0x40, chunk.bytes(), id, isLast ? 0 : 1);
    }
  }

  private say(type: number, id: number, fields: WireWriter): void {
    this.terminal?.sendFrame(type, fields.bytes(), id);
  }

  private every(periodMs: number, action: () => void): void {
    this.timers.add(this.clock.every(periodMs, action));
  }
}

/** Reads a payload; everything that does not fit is a RangeError. */
class Fields {
  private at = 0;

  constructor(private readonly payload: Buffer) {}

  string(): string {
    const length = this.payload.readUInt16LE(this.at);
    const bytes = this.payload.subarray(this.at + 2, this.at + 2 + length);
    this.at += 2 + length;
    const text = bytes.toString();
    if (bytes.length < length || !Buffer.from(text).equals(bytes)) throw new RangeError('not a string');
    return text;
  }

  counts(): [start: number, count: number] {
    const [start, count] = [this.payload.readUInt32LE(this.at), this.payload.readUInt32LE(this.at + 4)];
    this.at += 8;
    if (count < 1 || count > 100_000) throw new RangeError('not a count');
    return [start, count];
  }

  times(): [from: number, to: number] {
    const [from, to] = [this.payload.readBigInt64LE(this.at), this.payload.readBigInt64LE(this.at + 8)];
    this.at += 16;
    if (from < 0n || to < 0n) throw new RangeError('a negative time');
    return [Number(from), Number(to)];
  }

  end(): void {
    if (!this.payload.subarray(this.at).equals(NOTHING)) throw new RangeError('bytes are left');
  }
}

function entry(fields: WireWriter): WireWriter {
  return fields.string('EURUSD').string('Euro').u8(5).f64(100_000).string('EUR').string('USD').u8(1);
}

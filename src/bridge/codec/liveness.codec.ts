import type { BufferReader } from '../buffer-reader.js';
import type { BufferWriter } from '../buffer-writer.js';
import { MAX_BUSY_MS, MAX_CLOCK_RATE, MAX_UTC_OFFSET_SECONDS } from '../limits.js';
import { GOAWAY_REASONS, type BusyUntil, type GatewayHeartbeat, type Goaway, type Heartbeat } from '../messages.js';

export function writeHeartbeat(writer: BufferWriter, message: Heartbeat): void {
  writer.count64(message.serverTimeMs);
  writer.f64(message.clockRate, 0, MAX_CLOCK_RATE);
  writer.i32(message.utcOffsetSeconds, MAX_UTC_OFFSET_SECONDS);
  writer.bool(message.brokerConnected);
  writer.u32(message.pingMicros);
  writer.u32(message.memoryMb);
  writer.u32(message.queueDepth);
  writer.count64(message.lastTickMs);
  writer.i32(message.lastError);
  writer.count64(message.login);
}

export function readHeartbeat(reader: BufferReader): Heartbeat {
  return {
    type: 'heartbeat',
    serverTimeMs: reader.count64(),
    clockRate: reader.f64(0, MAX_CLOCK_RATE),
    utcOffsetSeconds: reader.i32(MAX_UTC_OFFSET_SECONDS),
    brokerConnected: reader.bool(),
    pingMicros: reader.u32(),
    memoryMb: reader.u32(),
    queueDepth: reader.u32(),
    lastTickMs: reader.count64(),
    lastError: reader.i32(),
    login: reader.count64(),
  };
}

export function writeGatewayHeartbeat(writer: BufferWriter, message: GatewayHeartbeat): void {
  writer.count64(message.gatewayTimeMs);
}

export function readGatewayHeartbeat(reader: BufferReader): GatewayHeartbeat {
  return { type: 'gateway-heartbeat', gatewayTimeMs: reader.count64() };
}

export function writeBusy(writer: BufferWriter, message: BusyUntil): void {
  writer.u32(message.durationMs, MAX_BUSY_MS);
}

export function readBusy(reader: BufferReader): BusyUntil {
  return { type: 'busy', durationMs: reader.u32(MAX_BUSY_MS) };
}

export function writeGoaway(writer: BufferWriter, message: Goaway): void {
  writer.choice(GOAWAY_REASONS, message.reason);
  writer.prose(message.message);
  writer.u32(message.retryAfterMs);
}

export function readGoaway(reader: BufferReader): Goaway {
  return { type: 'goaway', reason: reader.choice(GOAWAY_REASONS), message: reader.text(), retryAfterMs: reader.u32() };
}

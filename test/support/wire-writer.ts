/**
 * Bytes of the bridge protocol, written down a second time straight from docs/bridge-protocol.md, so that in tests the
 * codec of the gateway is not its own oracle.
 */
export class WireWriter {
  private readonly parts: Buffer[] = [];

  u8(value: number): this {
    return this.integer(BigInt(value), 1);
  }

  u16(value: number): this {
    return this.integer(BigInt(value), 2);
  }

  u32(value: number): this {
    return this.integer(BigInt(value), 4);
  }

  i32(value: number): this {
    return this.integer(BigInt.asUintN(32, BigInt(value)), 4);
  }

  i64(value: number): this {
    return this.integer(BigInt.asUintN(64, BigInt(value)), 8);
  }

  f64(value: number): this {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value, true);
    return this.raw(Buffer.from(view.buffer));
  }

  string(text: string): this {
    const bytes = Buffer.from(text);
    return this.u16(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.parts.push(Buffer.from(bytes));
    return this;
  }

  /** One MqlRates record: 60 bytes. */
  rate(time: number, price: number, tickVolume = 1): this {
    this.i64(time).f64(price).f64(price).f64(price).f64(price);
    return this.i64(tickVolume).i32(0).i64(0);
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  private integer(value: bigint, size: number): this {
    return this.raw(
      Buffer.from(Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))),
    );
  }
}

/** Starts a payload. */
export function wire(): WireWriter {
  return new WireWriter();
}

/** Puts the header before a payload. */
export function frameBytes(type: number, payload: Uint8Array = Buffer.alloc(0), requestId = 0, flags = 0): Buffer {
  return wire().u32(payload.length).u16(type).u16(flags).u32(requestId).raw(payload).bytes();
}

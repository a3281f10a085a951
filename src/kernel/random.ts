import { randomBytes } from 'node:crypto';

/** The only source of randomness in the gateway (port). */
export abstract class Random {
  /** A uniformly distributed number in [0, 1). */
  abstract next(): number;
  /** `length` unpredictable bytes; used for nonces and secrets. */
  abstract bytes(length: number): Buffer;
}

/** Cryptographically strong randomness of the host. */
export class SystemRandom extends Random {
  next(): number {
    return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
  }

  bytes(length: number): Buffer {
    return randomBytes(length);
  }
}

/**
 * Reproducible randomness for the simulator and tests: the same seed gives the same sequence. Never use it for secrets.
 * Generator: mulberry32 (32 bits of state, public domain construction).
 */
export class SeededRandom extends Random {
  private state: number;

  constructor(seed: number) {
    super();
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => Math.floor(this.next() * 256)));
  }
}

import { GarbageError } from './bridge.errors.js';

/** Only version so far. */
export const PROTOCOL_VERSION = 1;

/** First bytes of every connection in both directions: "MT5G", two version bytes, two reserved bytes (0, not read). */
export const PREAMBLE_BYTES = 8;
const MAGIC = Buffer.from('MT5G', 'latin1');

/** The first message of both sides, before any frame. */
export interface Preamble {
  /** Lowest version that a bridge speaks; in the gateway's answer the chosen version, 0 = none in common. */
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** Preamble of a bridge that speaks all versions from `minVersion` to `maxVersion`. */
export function encodeBridgePreamble({ minVersion, maxVersion }: Preamble): Buffer {
  return Buffer.from([...MAGIC, minVersion, maxVersion, 0, 0]);
}

/** The gateway's answer. Version 0 = none in common; a reject follows. */
export function encodeGatewayPreamble(version: number): Buffer {
  return Buffer.from([...MAGIC, version, 0, 0, 0]);
}

/** The version to speak with this bridge; undefined = none in common. */
export function chooseVersion({ minVersion, maxVersion }: Preamble): number | undefined {
  return minVersion <= PROTOCOL_VERSION && PROTOCOL_VERSION <= maxVersion ? PROTOCOL_VERSION : undefined;
}

/** Collects the preamble and judges each byte as it arrives: the first letter of a browser ends the connection. */
export class PreambleReader {
  private received = Buffer.alloc(0);

  /** Undefined until complete. */
  get preamble(): Preamble | undefined {
    const [, , , , minVersion, maxVersion, , last] = this.received;
    if (minVersion === undefined || maxVersion === undefined || last === undefined) return undefined;
    return { minVersion, maxVersion };
  }

  /**
   * Takes the bytes of the preamble and returns the rest of the chunk.
   *
   * @throws GarbageError at the first byte that differs from the magic number.
   */
  push(chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, PREAMBLE_BYTES - this.received.length);
    this.received = Buffer.concat([this.received, taken]);
    const magic = this.received.subarray(0, MAGIC.length);
    if (!magic.equals(MAGIC.subarray(0, magic.length))) {
      throw new GarbageError(`the connection did not begin with "MT5G" but with the bytes ${magic.toString('hex')}`);
    }
    return chunk.subarray(taken.length);
  }
}

import { type Clock, delay, type Random } from '../src/kernel/index.js';
import {
  chooseVersion,
  decodeHello,
  DEFAULT_MAX_FRAME_BYTES,
  encodeGatewayPreamble,
  encodeMessage,
  encodeWelcome,
  FRAME_HEADER_BYTES,
  type Frame,
  type Hello,
  messageTypeOf,
  NONCE_BYTES,
  PREAMBLE_BYTES,
  PROTOCOL_VERSION,
  verifyHello,
  type Welcome,
} from '../src/bridge/index.js';
import type { BridgeConnection } from './bridge-connection.js';
import { demand, Finding } from './finding.js';
import type { SuiteSettings } from './settings.js';

/** The gateway's limit for a handshake, milliseconds. */
export const HANDSHAKE_MS = 5000;

/** A step at which it is not the bridge's turn: it may send no more than the received bytes. */
interface Turn {
  readonly afterBytes: number;
  readonly when: string;
}

/** An authenticated bridge. */
export interface Introduction {
  readonly hello: Hello;
  readonly key: Buffer;
  readonly serverNonce: Uint8Array;
}

/** The gateway's side of the handshake, step by step, so that checks can stop or cheat at any step. */
export class HandshakeDriver {
  private epoch = 0;

  constructor(
    private readonly settings: SuiteSettings,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Preamble and HELLO. `pauseMs`: pauses at each step and checks that the bridge waits. @throws Finding */
  async introduce(connection: BridgeConnection, pauseMs = 0): Promise<Introduction> {
    const versions = await connection.preamble(HANDSHAKE_MS);
    demand(
      chooseVersion(versions) !== undefined,
      `the bridge speaks versions ${versions.minVersion} to ${versions.maxVersion}, not ${PROTOCOL_VERSION}`,
    );
    await this.bridgeWaits(connection, pauseMs, {
      afterBytes: PREAMBLE_BYTES,
      when: 'before the answer to its preamble',
    });
    connection.write(encodeGatewayPreamble(PROTOCOL_VERSION));
    await this.bridgeWaits(connection, pauseMs, { afterBytes: PREAMBLE_BYTES, when: 'before the CHALLENGE' });
    const serverNonce = this.random.bytes(NONCE_BYTES);
    connection.write(encodeMessage({ type: 'challenge', serverNonce }));
    const frame = await connection.frame(HANDSHAKE_MS, 'HELLO');
    const introduction = this.verify(frame, serverNonce);
    const afterBytes = PREAMBLE_BYTES + FRAME_HEADER_BYTES + frame.payload.length;
    await this.bridgeWaits(connection, pauseMs, { afterBytes, when: 'between its HELLO and the WELCOME' });
    return introduction;
  }

  /** Sends the WELCOME. `key`: another one makes the gateway's proof wrong. */
  welcome(connection: BridgeConnection, { hello, key, serverNonce }: Introduction): Welcome {
    this.epoch += 1;
    const { heartbeatMs } = this.settings;
    const welcome: Welcome = {
      type: 'welcome',
      epoch: this.epoch,
      heartbeatMs,
      maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
    };
    connection.allow(DEFAULT_MAX_FRAME_BYTES);
    connection.write(encodeWelcome(welcome, { key, serverNonce, clientNonce: hello.clientNonce }));
    return welcome;
  }

  private verify(frame: Frame, serverNonce: Uint8Array): Introduction {
    const type = messageTypeOf(frame.number) ?? `message 0x${frame.number.toString(16)}`;
    demand(type === 'hello', `HELLO was expected after the CHALLENGE, ${type} came`);
    const signed = readHello(frame);
    const { message: hello } = signed;
    const key = this.settings.keyOf(hello.terminalId);
    demand(key !== undefined, `the bridge calls itself "${hello.terminalId}", which is not the terminal under test`);
    demand(
      verifyHello(signed, { key, serverNonce }),
      'the mac of the HELLO is wrong: another key, or not the HMAC of section 5',
    );
    demand(hello.login > 0, 'login 0: the terminal is not logged in');
    demand(
      Buffer.from(hello.clientNonce).some((byte, _index, all) => byte !== all[0]),
      'the clientNonce is 32 times the same byte: that is not random',
    );
    return { hello, key, serverNonce };
  }

  private async bridgeWaits(connection: BridgeConnection, pauseMs: number, { afterBytes, when }: Turn): Promise<void> {
    if (pauseMs === 0) return;
    await delay(this.clock, pauseMs);
    const early = connection.receivedBytes - afterBytes;
    demand(early === 0, `the bridge sent ${early} bytes ${when}, where it has to wait`);
  }
}

function readHello(frame: Frame): ReturnType<typeof decodeHello> {
  try {
    return decodeHello(frame);
  } catch (error) {
    throw new Finding(error instanceof Error ? error.message : String(error));
  }
}

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { Clock, type Timer } from '../../src/kernel/index.js';

const MAPPING_BYTES = 40;
/** Timers look again so often, milliseconds of real time: the program's clock may have jumped. */
const LONGEST_NAP_MS = 15;

/**
 * The very clock of a program in the harness, read from the file that its runtime keeps. Before the program starts it is
 * real time; from then on it runs as fast as the program's and jumps with it, so that a pause that the program did not
 * really wait for has its full length here too.
 */
export class ProgramClock extends Clock {
  private descriptor: number | undefined;
  private beforeStartMs = 0;
  private readonly madeAtMs = realMs();

  constructor(private readonly file: string) {
    super();
  }

  nowMs(): number {
    return Date.UTC(2026, 2, 11, 10) + this.monotonicMs();
  }

  monotonicMs(): number {
    const mapping = this.mapping();
    if (mapping === undefined) return realMs() - this.madeAtMs;
    return this.beforeStartMs + mapping.program + (realMs() - mapping.real) * mapping.rate;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.at(this.monotonicMs() + delayMs, callback);
  }

  every(periodMs: number, callback: () => void): Timer {
    let timer: Timer;
    const again = (dueMs: number) => {
      timer = this.at(dueMs, () => {
        // A clock that jumped does not make up for what it left out.
        again(Math.max(dueMs + periodMs, this.monotonicMs()));
        callback();
      });
    };
    again(this.monotonicMs() + periodMs);
    return { cancel: () => timer.cancel() };
  }

  /** No more readings. */
  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private at(dueMs: number, callback: () => void): Timer {
    let timeout: NodeJS.Timeout;
    const look = () => {
      const leftMs = (dueMs - this.monotonicMs()) / (this.mapping()?.rate ?? 1);
      if (leftMs <= 0) return callback();
      timeout = setTimeout(look, Math.min(Math.ceil(leftMs), LONGEST_NAP_MS)).unref();
    };
    timeout = setTimeout(look, 0).unref();
    return { cancel: () => clearTimeout(timeout) };
  }

  private mapping(): { real: number; program: number; rate: number } | undefined {
    if (this.descriptor === undefined) {
      if (!existsSync(this.file)) return undefined;
      this.descriptor = openSync(this.file, 'r');
      this.beforeStartMs = realMs() - this.madeAtMs;
    }
    const bytes = Buffer.alloc(MAPPING_BYTES);
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      const length = readSync(this.descriptor, bytes, 0, MAPPING_BYTES, 0);
      const isWhole = length === MAPPING_BYTES && bytes.readDoubleLE(0) === bytes.readDoubleLE(32);
      if (!isWhole) continue;
      return { real: bytes.readDoubleLE(8), program: bytes.readDoubleLE(16), rate: bytes.readDoubleLE(24) };
    }
    throw new Error(`the clock file ${this.file} is never whole`);
  }
}

/** CLOCK_MONOTONIC, milliseconds: the same for all processes of a host. */
function realMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

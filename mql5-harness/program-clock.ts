import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock, type Timer } from '../src/kernel/index.js';

const MAPPING_BYTES = 40;
/** Longest real time between two looks at the program's clock, which may have jumped, milliseconds. */
const MAX_NAP_MS = 15;

/** Longest advance of the program's time after its last reading, milliseconds; the runtime has the same number. */
const MAX_STEP_MS = 50;
/** Interval at which this process shows the runtime that it is awake, milliseconds. */
const PULSE_EVERY_MS = 10;

/**
 * The very clock of a program in the harness, read from the file that its runtime keeps. Before the program starts it is
 * real time; from then on it runs as fast as the program's and jumps with it, so that a pause that the program did not
 * really wait for has its full length here too. It stands still while the program does, or this process: on a machine with
 * other work neither of them can be late by the other's measure.
 */
export class ProgramClock extends Clock {
  /** Folder of this run, removed by {@link close}. */
  readonly folder = mkdtempSync(join(tmpdir(), 'mt5gw-mql5-'));
  /** Written by the runtime. */
  readonly file = join(this.folder, 'clock');
  /** Written by this process: the time at which it was last awake. */
  readonly pulseFile = join(this.folder, 'pulse');
  private readonly pulse = openSync(this.pulseFile, 'w');
  private readonly pulses = setInterval(() => this.beat(), PULSE_EVERY_MS).unref();
  private isClosed = false;
  private shownMs = 0;
  private descriptor: number | undefined;
  private beforeStartMs = 0;
  private readonly madeAtMs = realMs();

  nowMs(): number {
    return Date.UTC(2026, 2, 11, 10) + Math.round(this.monotonicMs());
  }

  monotonicMs(): number {
    this.shownMs = Math.max(this.shownMs, this.reading());
    return this.shownMs;
  }

  private reading(): number {
    const mapping = this.mapping();
    if (mapping === undefined) return realMs() - this.madeAtMs;
    const passedMs = Math.min(realMs() - mapping.real, MAX_STEP_MS);
    return this.beforeStartMs + mapping.program + passedMs * mapping.rate;
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

  /** No more readings: the clock stands still. */
  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private beat(): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(realMs());
    writeSync(this.pulse, bytes, 0, bytes.length, 0);
  }

  private stop(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.pulses);
    closeSync(this.pulse);
  }

  private at(dueMs: number, callback: () => void): Timer {
    let isCancelled = false;
    let timeout: NodeJS.Timeout;
    const look = () => {
      const leftMs = (dueMs - this.monotonicMs()) / (this.mapping()?.rate ?? 1);
      const again = leftMs <= 0 ? due : look;
      timeout = setTimeout(again, Math.min(Math.max(1, Math.ceil(leftMs)), MAX_NAP_MS)).unref();
    };
    // The clock jumps when the program has closed its connection: what it did before that is heard of first.
    const due = () => setImmediate(() => setImmediate(() => isCancelled || callback()));
    timeout = setTimeout(look, 0).unref();
    return {
      cancel: () => {
        isCancelled = true;
        clearTimeout(timeout);
      },
    };
  }

  private mapping(): { real: number; program: number; rate: number } | undefined {
    if (this.descriptor === undefined) {
      if (!existsSync(this.file) || statSync(this.file).size < MAPPING_BYTES) return undefined;
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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candle } from '../../src/market/index.js';

const HEADER = 'time,open,high,low,close,tick_volume,spread,real_volume';

/** A folder of recordings, as CANDLES_DIR names one. */
export class CandleFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'mt5gw-candles-'));

  /** Writes one series, e.g. `EURUSD_H1`. */
  add(name: string, candles: readonly Candle[]): this {
    const lines = candles.map((bar) =>
      [bar.time, bar.open, bar.high, bar.low, bar.close, bar.tickVolume, bar.spread, bar.realVolume].join(','),
    );
    writeFileSync(join(this.path, `${name}.csv`), `${[HEADER, ...lines].join('\n')}\n`);
    return this;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

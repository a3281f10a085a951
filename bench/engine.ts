import { engineAnswer } from '../test/naive/agreement.js';
import { naiveAnswer } from '../test/naive/naive-engine.js';
import { syntheticBars } from '../test/support/candles.js';

/**
 * The engine over 10,000 bars with fractals of 5 and of 35 bars, side by side with the naive implementation: a round
 * runs each of them once, so that a slow moment of the machine meets all. Every round has a separate market.
 */
const BARS = 10_000;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 5;
const BUDGET_MS = 30_000;

function elapsedMs(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((x, y) => x - y);
  return ascending[Math.floor(ascending.length / 2)]!;
}

function measure(): Map<string, number[]> {
  const times = new Map<string, number[]>();
  const begin = performance.now();
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS && performance.now() - begin < BUDGET_MS; round++) {
    const bars = syntheticBars({ seed: 1000 + round, bars: BARS });
    const candles = bars.toArray();
    for (const fractalBars of [5, 35]) {
      const contestants: Record<string, () => unknown> = {
        [`engine ${fractalBars}`]: () => engineAnswer(bars, { fractalBars }),
        [`naive ${fractalBars}`]: () => naiveAnswer(candles, { fractalBars }),
      };
      for (const [name, run] of Object.entries(contestants)) {
        const time = elapsedMs(run);
        if (round === -WARM_UP_ROUNDS) times.set(`${name} cold`, [time]);
        if (round >= 0) times.set(name, [...(times.get(name) ?? []), time]);
      }
    }
  }
  return times;
}

const times = measure();
const of = (name: string): number => median(times.get(name) ?? [Number.NaN]);
const lines = [...times].map(([name, values]) => {
  const worst = Math.max(...values).toFixed(2);
  return `${name.padEnd(18)} ${of(name).toFixed(2).padStart(9)} ms median ${worst.padStart(9)} ms worst of ${values.length}`;
});
process.stdout.write(`engine over ${BARS} bars\n${lines.join('\n')}\n`);
for (const size of [5, 35]) {
  process.stdout.write(
    `naive : engine, fractals of ${size} bars = ${(of(`naive ${size}`) / of(`engine ${size}`)).toFixed(1)}\n`,
  );
}
process.stdout.write(`engine, fractals of 5 : 35 bars = ${(of('engine 5') / of('engine 35')).toFixed(1)}\n`);

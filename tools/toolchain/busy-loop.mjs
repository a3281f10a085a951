/** Keeps one core busy until its parent (second argument) is gone, or the time of the first argument (ms) is over. */
const [limitMs, parent] = process.argv.slice(2).map(Number);
const until = performance.now() + limitMs;
let sum = 0;
while (process.ppid === parent && performance.now() < until) for (let step = 0; step < 10_000_000; step++) sum += step;
process.exitCode = Number.isFinite(sum) ? 0 : 1;

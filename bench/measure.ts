/** Duration of the work, milliseconds. */
export async function elapsedMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Middle value; NaN without values. */
export function median(values: readonly number[]): number {
  const ascending = [...values].sort((x, y) => x - y);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}

/** One line of a report. */
export function reportLine(name: string, times: readonly number[]): string {
  const worst = Math.max(...times).toFixed(1);
  return `${name.padEnd(34)} ${median(times).toFixed(1).padStart(9)} ms median ${worst.padStart(9)} ms worst of ${times.length}\n`;
}

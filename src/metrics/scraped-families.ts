import { Counter, Gauge, type Registry } from 'prom-client';

/** One number, or rows of the values of all labels, in their order, with their number. */
export type Reading = number | Iterable<readonly [...labels: string[], value: number]>;

/** Adds metric families to a registry that keep no numbers: `read` gives all of them at each scrape. */
export class ScrapedFamilies {
  constructor(private readonly registry: Registry) {}

  gauge(name: string, help: string, read: () => Reading, ...labels: readonly string[]): void {
    const collect = (): void => {
      gauge.reset();
      for (const [values, value] of samplesOf(labels, read())) gauge.set(values, value);
    };
    const gauge: Gauge = new Gauge({ name, help, labelNames: labels, registers: [this.registry], collect });
  }

  /** The source of `read` counts; the family only shows. */
  counter(name: string, help: string, read: () => Reading, ...labels: readonly string[]): void {
    const collect = (): void => {
      counter.reset();
      for (const [values, value] of samplesOf(labels, read())) counter.inc(values, value);
    };
    const counter: Counter = new Counter({ name, help, labelNames: labels, registers: [this.registry], collect });
  }
}

function* samplesOf(labels: readonly string[], reading: Reading): Generator<[Record<string, string>, number]> {
  for (const row of typeof reading === 'number' ? [[reading] as const] : reading) {
    const values = labels.map((label, place) => [label, row[place]] as const);
    yield [Object.fromEntries(values) as Record<string, string>, row.at(-1) as number];
  }
}

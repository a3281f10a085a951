import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bars } from './bars.js';
import type { Candle } from './candle.js';
import { Series } from './series.js';

const HOUR = 3600;
const candle = (slot: number, price = 1): Candle => ({
  time: slot * HOUR,
  open: price,
  high: price,
  low: price,
  close: price,
  tickVolume: 1,
  spread: 0,
  realVolume: 0,
});
const run = (...slots: number[]) => Bars.from(slots.map((slot) => candle(slot)));
const slotsOf = (series: Series) => [...series.closed.time].map((time) => time / HOUR);

describe('Series', () => {
  it('appends, corrects, closes holes and prepends', () => {
    const series = new Series('H1', 100);
    series.merge(run(5, 8));
    expect(series.merge(run(6, 7))).toEqual({ from: 6 * HOUR, to: 7 * HOUR + 1, removed: false });
    series.merge(run(3));
    series.merge(Bars.from([candle(6, 2)]));
    expect(slotsOf(series)).toEqual([3, 5, 6, 7, 8]);
    expect(series.closed.at(2).close).toBe(2);
  });

  it('changes no revision when it learns nothing new', () => {
    const series = new Series('H1', 100);
    series.merge(run(5, 6, 7));
    const before = [series.revision, series.closedRevision];
    expect(series.merge(run(6, 7))).toBeUndefined();
    expect(series.replaceRange({ from: 0, to: Infinity }, run(5, 6, 7))).toBeUndefined();
    expect([series.revision, series.closedRevision]).toEqual(before);
  });

  it('counts a forming bar in the revision, but not in the closed one', () => {
    const series = new Series('H1', 100);
    series.merge(run(5));
    const { revision, closedRevision } = series;
    series.setForming(candle(6));
    expect(series.revision).toBe(revision + 1);
    expect(series.closedRevision).toBe(closedRevision);
    expect(series.closeForming()).toEqual({ from: 6 * HOUR, to: 6 * HOUR + 1, removed: false });
    expect(series.forming).toBeUndefined();
    expect(slotsOf(series)).toEqual([5, 6]);
    expect(series.closedRevision).toBe(closedRevision + 1);
  });

  it('refuses disorder, duplicates, bars off the grid and a forming bar in the past', () => {
    const series = new Series('H1', 100);
    series.merge(run(5));
    expect(() => series.merge(run(7, 6))).toThrow(RangeError);
    expect(() => series.merge(run(7, 7))).toThrow(RangeError);
    expect(() => series.merge(Bars.from([{ ...candle(7), time: 7 * HOUR + 1 }]))).toThrow(RangeError);
    expect(() => series.merge(Bars.from([{ ...candle(7), time: Number.NaN }]))).toThrow(RangeError);
    expect(() => series.setForming(candle(5))).toThrow(RangeError);
    expect(() => series.replaceRange({ from: 0, to: HOUR }, run(5))).toThrow(RangeError);
    expect(() => new Series('H1', 0)).toThrow(RangeError);
    expect(slotsOf(series)).toEqual([5]);
  });

  it('reports a removed bar', () => {
    const series = new Series('H1', 100);
    series.merge(run(5, 6, 7));
    expect(series.replaceRange({ from: 6 * HOUR, to: Infinity }, run(7))).toMatchObject({ removed: true });
    expect(slotsOf(series)).toEqual([5, 7]);
  });

  it('keeps the newest bars only', () => {
    const series = new Series('H1', 3);
    series.merge(run(1, 2, 3, 4, 5));
    expect(slotsOf(series)).toEqual([3, 4, 5]);
    expect(series.merge(run(1))).toBeUndefined();
    for (let slot = 6; slot < 3000; slot++) series.merge(run(slot));
    expect(slotsOf(series)).toEqual([2997, 2998, 2999]);
  });
});

type Step =
  | { kind: 'merge'; slots: number[]; price: number }
  | { kind: 'replace'; from: number; to: number; slots: number[]; price: number }
  | { kind: 'form'; ahead: number; price: number }
  | { kind: 'close' }
  | { kind: 'clear' };

const slots = fc.uniqueArray(fc.nat(60), { maxLength: 25 }).map((all) => all.sort((a, b) => a - b));
const price = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('merge' as const), slots, price }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('replace' as const), from: fc.nat(60), to: fc.nat(70), slots, price }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('form' as const), ahead: fc.integer({ min: 1, max: 3 }), price }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

/** The same rules in the plainest code. */
class Model {
  closed: Candle[] = [];
  forming: Candle | undefined;

  constructor(private readonly capacity: number) {}

  run(step: Step): void {
    if (step.kind === 'merge') this.take(step.slots, step.price);
    if (step.kind === 'replace') {
      this.closed = this.closed.filter(({ time }) => time < step.from * HOUR || time >= step.to * HOUR);
      this.take(inside(step), step.price);
    }
    if (step.kind === 'form') this.forming = candle((this.closed.at(-1)?.time ?? 0) / HOUR + step.ahead, step.price);
    if (step.kind === 'close' && this.forming !== undefined) this.take([this.forming.time / HOUR], this.forming.close);
    if (step.kind === 'clear') [this.closed, this.forming] = [[], undefined];
  }

  private take(slots: number[], price: number): void {
    const others = this.closed.filter(({ time }) => !slots.includes(time / HOUR));
    const all = [...others, ...slots.map((slot) => candle(slot, price))].sort((a, b) => a.time - b.time);
    this.closed = all.slice(-this.capacity);
    if ((this.forming?.time ?? Infinity) <= (this.closed.at(-1)?.time ?? 0)) this.forming = undefined;
  }
}

const inside = ({ from, to, slots }: { from: number; to: number; slots: number[] }) =>
  slots.filter((slot) => slot >= from && slot < to);

function perform(series: Series, step: Step): void {
  if (step.kind === 'merge') series.merge(Bars.from(step.slots.map((slot) => candle(slot, step.price))));
  if (step.kind === 'replace') {
    const bars = Bars.from(inside(step).map((slot) => candle(slot, step.price)));
    series.replaceRange({ from: step.from * HOUR, to: Math.max(step.from, step.to) * HOUR }, bars);
  }
  if (step.kind === 'form') {
    series.setForming(candle((series.closed.lastTime ?? 0) / HOUR + step.ahead, step.price));
  }
  if (step.kind === 'close') series.closeForming();
  if (step.kind === 'clear') series.clear();
}

describe('Series against a plain model', () => {
  it('holds the same bars, counts changes truly and never alters a view', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (steps, capacity) => {
        const series = new Series('H1', capacity);
        const model = new Model(capacity);
        const views: { view: Bars; copy: Candle[] }[] = [];
        for (const step of steps) {
          const before = {
            closed: series.closed.toArray(),
            revision: series.revision,
            closedRevision: series.closedRevision,
          };
          perform(series, step);
          model.run(step);
          const closed = series.closed.toArray();
          expect(closed).toEqual(model.closed);
          expect(series.forming).toEqual(model.forming);
          const same = JSON.stringify(closed) === JSON.stringify(before.closed);
          expect(series.closedRevision > before.closedRevision).toBe(!same);
          expect(series.revision - before.revision).toBeGreaterThanOrEqual(same ? 0 : 1);
          views.push({ view: series.closed, copy: closed });
        }
        for (const { view, copy } of views) expect(view.toArray()).toEqual(copy);
      }),
    );
  });
});

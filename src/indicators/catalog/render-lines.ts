import { lineValue } from '../formulas/line.js';
import type { ShownWindow } from '../indicator.js';
import type { FoundLines, ServedLine } from './found-lines.js';

const HORIZONTAL = ['peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3'];
const DIAGONAL = ['ascending_1', 'ascending_2', 'ascending_3', 'descending_1', 'descending_2', 'descending_3'];

/** Points of a line per step. */
const STEP_BARS = 100;

/** Members of `data` for fractals and lines. */
export function* linesText(found: FoundLines, window: ShownWindow): Generator<string> {
  const lines = new Map(found.lines.map((line) => [lineName(line), line]));
  yield '"horizontal":{';
  yield* family(HORIZONTAL, lines, window);
  yield '},"diagonal":{';
  yield* family(DIAGONAL, lines, window);
  yield '},"fractals":{"peaks":[';
  yield* fractalPoints(window, found, 'peaks');
  yield '],"bottoms":[';
  yield* fractalPoints(window, found, 'bottoms');
  yield `]},"lines":${JSON.stringify(found.lines.map((line) => lineOrigin(line, window)))}`;
}

/** `peak_1`, `ascending_3`, ... */
function lineName(line: ServedLine): string {
  return `${line.kind}_${line.rank}`;
}

/** Lines of one family with their points; a missing line has an empty list. */
function* family(
  names: readonly string[],
  lines: ReadonlyMap<string, ServedLine>,
  window: ShownWindow,
): Generator<string> {
  for (const name of names) {
    yield `${name === names[0] ? '' : ','}"${name}":[`;
    const line = lines.get(name);
    if (line !== undefined) yield* linePoints(line, window);
    yield ']';
  }
}

/** One point for every bar of the window from the first anchor on, including the forming bar. */
function* linePoints(line: ServedLine, { closed, forming, first, show }: ShownWindow): Generator<string> {
  const oldest = Math.max(line.a, first);
  const point = (i: number, time: number) =>
    `${i === oldest ? '' : ','}{"index":${i - first},"time":${show(time)},"value":${lineValue(line, i)}}`;
  for (let from = oldest; from < closed.length; from += STEP_BARS) {
    let text = '';
    for (let i = from; i < Math.min(from + STEP_BARS, closed.length); i++) text += point(i, closed.time[i]!);
    yield text;
  }
  if (forming !== undefined) yield point(closed.length, forming.time);
}

function* fractalPoints(
  { closed, first, show }: ShownWindow,
  { fractals }: FoundLines,
  kind: 'peaks' | 'bottoms',
): Generator<string> {
  const prices = kind === 'peaks' ? closed.high : closed.low;
  const shown = fractals[kind].filter((i) => i >= first);
  for (let from = 0; from < shown.length; from += STEP_BARS) {
    const points: string[] = [];
    for (const i of shown.subarray(from, from + STEP_BARS)) {
      const confirmedAt = show(closed.time[i + fractals.wing]!);
      points.push(
        `{"index":${i - first},"time":${show(closed.time[i]!)},"price":${prices[i]},"confirmed_at":${confirmedAt}}`,
      );
    }
    yield `${from === 0 ? '' : ','}${points.join(',')}`;
  }
}

/** Origin of a line; an index outside of the window is null. */
function lineOrigin(line: ServedLine, { closed, first, show }: ShownWindow): object {
  const place = (index: number, price: number) => ({
    index: index < first ? null : index - first,
    time: show(closed.time[index]!),
    price,
  });
  return {
    name: lineName(line),
    kind: line.kind,
    score: line.score,
    angle: line.angleDegrees,
    touches: line.touches.map(({ index, kind, price }) => ({ ...place(index, price), kind })),
    from: place(line.a, line.priceA),
    to: place(line.b, line.priceB),
  };
}

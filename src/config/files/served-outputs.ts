/** Kinds of line that an answer has, each with the best three. */
const LINE_KINDS = ['peak', 'bottom', 'ascending', 'descending'] as const;
const LINES_PER_KIND = [1, 2, 3] as const;

/** What a buffer of a terminal's indicator can be served as; every other name would vanish without a word. */
export const SERVED_OUTPUTS: readonly string[] = [
  'fractal_peaks',
  'fractal_bottoms',
  ...LINE_KINDS.flatMap((kind) => LINES_PER_KIND.map((rank) => `${kind}_${rank}`)),
];

/** The served names in words. */
export const SERVED_OUTPUTS_TEXT = `fractal_peaks, fractal_bottoms and ${LINE_KINDS.join('_, ')}_ followed by 1, 2 or 3`;

/** Served names that more than one indicator has; the last one would win without a word. */
export function repeatedOutputs(indicators: readonly { readonly buffers: object }[]): string[] {
  const names = indicators.flatMap(({ buffers }) => Object.keys(buffers));
  return SERVED_OUTPUTS.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
}
